package org.pixelllm.cli.terminal;

import java.util.Locale;

/** Foreign words as a terminal may show them: what would steer it stands there as an escape, {@code \}{@code u001B}. */
public final class Shown {

    /** The longest name, value or other single foreign word. */
    public static final int WORD_LENGTH = 400;

    /** The longest message: its end, which has the remedy, is kept. */
    private static final int MESSAGE_LENGTH = 2000;

    private static final int MESSAGE_END = 500;

    private static final char DELETE = 0x7F;
    private static final char LAST_CONTROL = 0x9F; // of C1

    private Shown() {}

    /** A text of several lines, whole: all but its line ends and tabs is made visible. */
    public static String text(String text) {
        return escaped(text, true);
    }

    /** A name or value on one line, whole. */
    static String line(String word) {
        return escaped(word, false);
    }

    /** A name or value on one line, cut at {@value #WORD_LENGTH} characters. */
    public static String word(String word) {
        if (word.length() <= WORD_LENGTH) {
            return escaped(word, false);
        }
        return escaped(start(word, WORD_LENGTH), false) + "… (" + word.length() + " characters)";
    }

    /** A message on one line. */
    public static String message(String message) {
        String end = message;
        String start = "";
        if (message.length() > MESSAGE_LENGTH) {
            start = start(message, MESSAGE_LENGTH - MESSAGE_END) + " … ";
            end = end(message, MESSAGE_END);
        }
        return escaped(start + end, false);
    }

    /** The first characters, without half of a pair. */
    private static String start(String text, int length) {
        return text.substring(0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
    }

    private static String end(String text, int length) {
        int from = text.length() - length;
        return text.substring(Character.isLowSurrogate(text.charAt(from)) ? from + 1 : from);
    }

    private static String escaped(String text, boolean lines) {
        for (int i = 0; i < text.length(); i++) {
            if (steers(text, i, lines)) {
                return escapedFrom(i, text, lines);
            }
        }
        return text;
    }

    private static String escapedFrom(int first, String text, boolean lines) {
        StringBuilder shown = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!steers(text, i, lines)) {
                shown.append(c);
                continue;
            }
            switch (c) {
                case '\n' -> shown.append("\\n");
                case '\r' -> shown.append("\\r");
                case '\t' -> shown.append("\\t");
                default ->
                    shown.append("\\u")
                            .append(Integer.toHexString(0x10000 | c)
                                    .substring(1)
                                    .toUpperCase(Locale.ROOT));
            }
        }
        return shown.toString();
    }

    /** Whether a character is an order to the terminal or changes how those beside it are read. */
    private static boolean steers(String text, int at, boolean lines) {
        char c = text.charAt(at);
        if (c < ' ') {
            return !lines || (c != '\n' && c != '\t');
        }
        if (c < DELETE) {
            return false;
        }
        return c <= LAST_CONTROL || isDirection(c) || isBreak(c) || isHalf(text, at);
    }

    /** Marks, embeddings, overrides and isolates of direction. */
    private static boolean isDirection(char c) {
        return c == 0x061C
                || c == 0x200E
                || c == 0x200F
                || (c >= 0x202A && c <= 0x202E)
                || (c >= 0x2066 && c <= 0x2069);
    }

    /** Line and paragraph separators, annotations and the byte order mark. */
    private static boolean isBreak(char c) {
        return c == 0x2028 || c == 0x2029 || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB);
    }

    private static boolean isHalf(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
