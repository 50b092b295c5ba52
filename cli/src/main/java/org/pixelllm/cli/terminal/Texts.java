package org.pixelllm.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Text from the command line or from standard input. */
public final class Texts {

    /** The longest text that is read from standard input: every token of the protocol as a four-byte character. */
    private static final int MAX_BYTES = 4 * 65_535;

    private Texts() {}

    /** The text itself, or standard input where it is {@code -}. A line's end at the very end does not count. */
    public static String of(String argument, Terminal terminal) throws IOException {
        if (!argument.equals("-")) {
            return argument;
        }
        byte[] bytes = terminal.in().readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new UsageException("Standard input has more than " + MAX_BYTES + " bytes; give a shorter text.");
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
