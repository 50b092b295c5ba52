package org.pixelllm.protocol.fault;

import java.util.HexFormat;

/** Foreign text in a message: nothing in it steers a terminal, and no name fills the screen. */
final class Shown {

    /** Characters of a part of a message. */
    static final int MAX_PART = 600;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Shown() {}

    /** A part of a message, its invisible characters as escapes, its middle left out where it is long. */
    static String part(String text) {
        if (text.length() <= MAX_PART) {
            return escaped(text);
        }
        int half = MAX_PART / 2;
        return escaped(text.substring(0, half)) + "…" + escaped(text.substring(text.length() - half));
    }

    /** The same in full length, for the name of a file. */
    static String escaped(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> shown.append("\\n");
                case '\r' -> shown.append("\\r");
                case '\t' -> shown.append("\\t");
                default -> {
                    if (isVisible(c)) {
                        shown.appendCodePoint(c);
                    } else {
                        shown.append(
                                c < 0x80 ? "\\x" + HEX.toHexDigits((byte) c) : "\\u{" + Integer.toHexString(c) + "}");
                    }
                }
            }
        });
        return shown.toString();
    }

    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
