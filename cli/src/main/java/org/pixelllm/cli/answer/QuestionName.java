package org.pixelllm.cli.answer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.Shown;
import org.pixelllm.pxvm.cartridge.Sha256;

/**
 * The name of a question's file, as the file system has it: its bytes, which need not spell anything.
 *
 * @param file the question
 */
public record QuestionName(Path file) {

    /** The longest name that the usual file systems have, in bytes. */
    private static final int MAX_BYTES = 255;

    private static final int HASH_BYTES = 8;

    /**
     * Why answers cannot be named after it.
     *
     * @param endings of the answers
     * @return a clause for messages; null where they can
     */
    public @Nullable String fault(List<String> endings) {
        byte[] bytes = bytes();
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            return "its name is not UTF-8, so that its answer has no name. Rename it";
        }
        if (!isSayable()) {
            return "its name cannot be said in this locale, which has the encoding "
                    + System.getProperty("sun.jnu.encoding") + ". Rename it, or set LC_ALL=C.UTF-8";
        }
        int most = MAX_BYTES - endings.stream().mapToInt(String::length).max().orElse(0) + AnswerNames.ENDING.length();
        return bytes.length <= most
                ? null
                : "its name has " + bytes.length + " bytes, and with more than " + most
                        + " the name of its answer is too long. Give it a shorter one";
    }

    /** Whether a string can stand for it. */
    private boolean isSayable() {
        try {
            Path name = file.getFileName();
            return file.getFileSystem().getPath(name.toString()).equals(name);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Its bytes. A path keeps them, and tells them only here. */
    private byte[] bytes() {
        String path = file.toAbsolutePath().toUri().getRawPath();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < name.length(); i++) {
            boolean escaped = name.charAt(i) == '%';
            bytes.write(escaped ? Integer.parseInt(name, i + 1, i + 3, 16) : name.charAt(i));
            i += escaped ? 2 : 0;
        }
        return bytes.toByteArray();
    }

    /** A name for what belongs to it, where its own cannot be used. */
    public String hash() {
        return HexFormat.of().formatHex(Arrays.copyOf(Sha256.of(bytes()), HASH_BYTES));
    }

    /** The name for people: bytes that spell nothing, and characters that command a terminal, are escaped. */
    public String shown() {
        byte[] bytes = bytes();
        try {
            return Shown.word(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            StringBuilder shown = new StringBuilder();
            for (byte each : bytes) {
                boolean plain = each >= ' ' && each < 0x7f;
                shown.append(
                        plain
                                ? Character.toString((char) each)
                                : "\\x" + HexFormat.of().toHexDigits(each));
            }
            return shown.toString();
        }
    }
}
