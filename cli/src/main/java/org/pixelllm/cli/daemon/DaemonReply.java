package org.pixelllm.cli.daemon;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.pixelllm.cli.terminal.ExitCode;

/** An answer of the daemon. */
sealed interface DaemonReply {

    /** It was done. */
    record Ok(Map<String, byte[]> parts) implements DaemonReply {}

    /**
     * It was not done.
     *
     * @param code the exit code that the command would have had
     * @param message what the command would have printed
     */
    record Refused(ExitCode code, String message) implements DaemonReply {}

    /** Done, and nothing to give. */
    static DaemonReply ok() {
        return new Ok(Map.of());
    }

    /** Header and parts, as they are sent. */
    default ByteBuffer bytes() {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        Map<String, byte[]> parts;
        String word;
        switch (this) {
            case Ok done -> {
                word = "ok";
                parts = done.parts;
            }
            case Refused refused -> {
                word = "error";
                numbers.put("code", refused.code.code());
                parts = Map.of("message", refused.message.getBytes(StandardCharsets.UTF_8));
            }
        }
        int length = 0;
        for (Map.Entry<String, byte[]> part : parts.entrySet()) {
            numbers.put(part.getKey(), part.getValue().length);
            length += part.getValue().length;
        }
        byte[] header = new DaemonHeader(word, numbers).bytes();
        ByteBuffer all = ByteBuffer.allocate(header.length + length).put(header);
        parts.values().forEach(all::put);
        return all.flip();
    }
}
