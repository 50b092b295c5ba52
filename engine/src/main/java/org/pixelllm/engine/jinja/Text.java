package org.pixelllm.engine.jinja;

import java.util.BitSet;

/**
 * Characters of which each remembers whether it is the template's own or came with the values.
 *
 * @param value the characters
 * @param marks for each of them {@code 1} where it is foreign, else {@code 0}
 */
public record Text(String value, String marks) {

    static final Text EMPTY = own("");

    /** The template's own. */
    public static Text own(String value) {
        return new Text(value, "0".repeat(value.length()));
    }

    /** From outside. */
    public static Text foreign(String value) {
        return new Text(value, "1".repeat(value.length()));
    }

    int length() {
        return value.length();
    }

    Text part(int from, int to) {
        return new Text(value.substring(from, to), marks.substring(from, to));
    }

    Text and(Text more) {
        return new Text(value + more.value, marks + more.marks);
    }

    /** Another spelling of the same, foreign where any of this is. */
    Text like(String other) {
        return new Text(other, (marks.indexOf('1') >= 0 ? "1" : "0").repeat(other.length()));
    }

    Text strip(boolean left, boolean right, String characters) {
        int from = 0;
        int to = length();
        while (left && from < to && isStripped(value.charAt(from), characters)) {
            from++;
        }
        while (right && to > from && isStripped(value.charAt(to - 1), characters)) {
            to--;
        }
        return part(from, to);
    }

    private static boolean isStripped(char each, String characters) {
        return characters.isEmpty()
                ? Character.isWhitespace(each) || Character.isSpaceChar(each) || each == '\u0085'
                : characters.indexOf(each) >= 0;
    }

    Text replace(Text old, Text by, Budget budget) {
        StringBuilder text = new StringBuilder();
        StringBuilder kept = new StringBuilder();
        int from = 0;
        int at = old.length() == 0 ? -1 : value.indexOf(old.value);
        while (at >= 0) {
            budget.characters((long) at - from + by.length());
            text.append(value, from, at).append(by.value);
            kept.append(marks, from, at).append(by.marks);
            from = at + old.length();
            at = value.indexOf(old.value, from);
        }
        return new Text(
                text.append(value, from, length()).toString(),
                kept.append(marks, from, length()).toString());
    }

    /** Which characters are foreign. */
    public BitSet foreign() {
        BitSet foreign = new BitSet();
        for (int i = 0; i < length(); i++) {
            foreign.set(i, marks.charAt(i) == '1');
        }
        return foreign;
    }
}
