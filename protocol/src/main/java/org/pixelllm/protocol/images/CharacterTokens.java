package org.pixelllm.protocol.images;

import java.util.HexFormat;

/** The protocol's own tokenizer: one token for each Unicode code point, its id the code point modulo 1,024. */
public final class CharacterTokens {

    /** How many ids there are. */
    public static final int VOCABULARY = 1024;

    /** The most tokens that one token image holds. */
    public static final int MAX_TOKENS = 65_535;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private CharacterTokens() {}

    /**
     * Turns a text into ids; an empty text gives none.
     *
     * @throws TooManyTokensException the text has more than {@value #MAX_TOKENS} code points
     */
    public static int[] encode(String text) {
        int count = text.codePointCount(0, text.length());
        if (count > MAX_TOKENS) {
            throw new TooManyTokensException(count);
        }
        int[] ids = new int[count];
        for (int i = 0, at = 0; i < count; i++) {
            int codePoint = text.codePointAt(at);
            ids[i] = codePoint % VOCABULARY;
            at += Character.charCount(codePoint);
        }
        return ids;
    }

    /**
     * The lowest character that an id stands for. Code points from 1,024 up do not come back: their ids are shared.
     *
     * @throws IllegalArgumentException the id is not within 0 to 1,023
     */
    public static String decode(int id) {
        if (id < 0 || id >= VOCABULARY) {
            throw new IllegalArgumentException("token id " + id + ": expected 0 to " + (VOCABULARY - 1));
        }
        return String.valueOf((char) id);
    }

    /**
     * An id for people to read on a terminal: a printable character as itself; others as an escape such as
     * {@code \n}, {@code \x07} or, for what would be invisible or join its neighbour, {@code \u0301}; an id beyond
     * this vocabulary as {@code #4242}.
     */
    public static String show(int id) {
        if (id < 0 || id >= VOCABULARY) {
            return "#" + id;
        }
        char c = (char) id;
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> isPrintable(c) ? String.valueOf(c) : escape(c);
        };
    }

    private static boolean isPrintable(char c) {
        if (c < 0x7F) {
            return c >= ' ';
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String escape(char c) {
        return c < 0x80 ? "\\x" + HEX.toHexDigits((byte) c) : "\\u" + HEX.toHexDigits(c);
    }
}
