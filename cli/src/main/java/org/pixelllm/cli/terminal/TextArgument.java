package org.pixelllm.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A text from the command line or from standard input. */
public final class TextArgument {

    /** The longest text that is read from standard input: every token of the protocol as a four-byte character. */
    private static final int MAX_BYTES = 4 * 65_535;

    private TextArgument() {}

    /** The text itself, or standard input where it is {@code -}. A newline at its very end is left out. */
    public static String read(String argument, Terminal terminal) throws IOException {
        if (!argument.equals("-")) {
            return argument;
        }
        byte[] bytes = terminal.in().readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new UsageException(
                    "Standard input: expected at most " + MAX_BYTES + " bytes, found more. Give a shorter text.");
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
