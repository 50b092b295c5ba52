package org.pixelllm.cli.terminal;

import java.io.IOException;
import org.pixelllm.forge.train.data.TextFile;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.images.CharacterTokens;

/** A text from the command line or from standard input. */
public final class TextArgument {

    /** In place of a text: it is read from standard input. */
    public static final String STANDARD_INPUT = "-";

    /** More than the longest token of any vocabulary takes. */
    private static final int MAX_TOKEN_BYTES = 4096;

    /** The longest text that is read from standard input. */
    static final long MAX_BYTES = (long) MAX_TOKEN_BYTES * CharacterTokens.MAX_TOKENS;

    /** What a text's bytes, characters and ids take, in bytes of text. */
    private static final int COPIES = 8;

    private static final String NAME = "standard input";
    private static final char BYTE_ORDER_MARK = 0xFEFF;

    private TextArgument() {}

    /**
     * The text itself, or standard input where it is {@value #STANDARD_INPUT}: without one byte order mark at its
     * beginning and without one line end at its end.
     *
     * @throws UsageException standard input is closed, empty or too long
     * @throws InvalidContentException it is not UTF-8
     */
    public static String read(String argument, Terminal terminal) throws InvalidContentException {
        return argument.equals(STANDARD_INPUT) ? text(bytes(terminal)) : argument;
    }

    private static byte[] bytes(Terminal terminal) {
        long most = Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / COPIES);
        byte[] bytes;
        try {
            bytes = terminal.in().readNBytes((int) most + 1);
        } catch (IOException e) {
            throw new UsageException("Standard input cannot be read: " + e.getMessage() + ". Give a text.");
        }
        if (bytes.length > most) {
            throw new UsageException("Standard input: expected at most " + most
                    + " bytes, found more. Give a shorter text"
                    + (most < MAX_BYTES ? ", or Java more memory (JDK_JAVA_OPTIONS=-Xmx…)." : "."));
        }
        return bytes;
    }

    private static String text(byte[] bytes) throws InvalidContentException {
        String text = TextFile.decode(NAME, bytes);
        int from = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
        int to = text.length();
        if (to > from && text.charAt(to - 1) == '\n') {
            to -= to - 1 > from && text.charAt(to - 2) == '\r' ? 2 : 1;
        }
        if (from == to) {
            throw new UsageException("Standard input is empty or closed: expected a text.");
        }
        return text.substring(from, to);
    }
}
