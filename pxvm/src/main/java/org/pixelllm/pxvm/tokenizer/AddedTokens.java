package org.pixelllm.pxvm.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Tokens that are found in a text before it is encoded: the leftmost, and of several at one place the longest. */
final class AddedTokens {

    private static final int WORD = 1 << Character.NON_SPACING_MARK
            | 1 << Character.COMBINING_SPACING_MARK
            | 1 << Character.ENCLOSING_MARK
            | 1 << Character.DECIMAL_DIGIT_NUMBER
            | 1 << Character.CONNECTOR_PUNCTUATION;

    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Character, NavigableSet<Integer>> lengths = new HashMap<>();
    private final Pieces pieces;
    private final Map<Integer, Integer> habits;

    /** Gets the parts of a text in order. */
    interface Parts {

        /**
         * Text between tokens, at least one character.
         *
         * @param from where it begins
         */
        void text(String part, int from);

        void token(int id);
    }

    private AddedTokens(Pieces pieces, Map<Integer, Integer> habits) {
        this.pieces = pieces;
        this.habits = habits;
    }

    /**
     * Those of a vocabulary.
     *
     * @param control whether control tokens are found too, and not only user-defined ones
     * @param habits of those that have any
     * @param normalized whether those that are looked for in normalized texts are meant, or the others
     * @param normalize what is done to the former
     */
    static AddedTokens of(
            Pieces pieces,
            boolean control,
            Map<Integer, Integer> habits,
            boolean normalized,
            UnaryOperator<String> normalize) {
        AddedTokens tokens = new AddedTokens(pieces, habits);
        for (int id = 0; id < pieces.size(); id++) {
            PieceType type = pieces.type(id);
            boolean added = type == PieceType.USER_DEFINED || (control && isSpecial(type));
            if (added && Preparation.Habit.NORMALIZED.isIn(habits.getOrDefault(id, 0)) == normalized) {
                String spelling = new String(pieces.spelling(id), StandardCharsets.UTF_8);
                tokens.add(normalized ? normalize.apply(spelling) : spelling, id);
            }
        }
        return tokens;
    }

    private static boolean isSpecial(PieceType type) {
        return type == PieceType.CONTROL || type == PieceType.UNKNOWN;
    }

    private void add(String text, int id) {
        if (!text.isEmpty() && ids.putIfAbsent(text, id) == null) {
            lengths.computeIfAbsent(text.charAt(0), each -> new TreeSet<>(Comparator.reverseOrder()))
                    .add(text.length());
        }
    }

    boolean isEmpty() {
        return ids.isEmpty();
    }

    /** Unicode's White_Space. */
    static boolean isSpace(int codePoint) {
        return (codePoint >= 0x09 && codePoint <= 0x0D) || codePoint == 0x85 || Character.isSpaceChar(codePoint);
    }

    private static boolean isTaken(char each, int habit) {
        return isSpace(each) && !(each == ' ' && Preparation.Habit.NO_SPACES.isIn(habit));
    }

    private static boolean isWord(int codePoint) {
        return Character.isAlphabetic(codePoint)
                || (1 << Character.getType(codePoint) & WORD) != 0
                || codePoint == 0x200C
                || codePoint == 0x200D;
    }

    /**
     * Cuts a text at the tokens in it.
     *
     * @param foreign characters that no control token is made of; null for none
     */
    void split(String text, @Nullable BitSet foreign, Parts parts) {
        int from = 0;
        int at = 0;
        while (at < text.length() && !ids.isEmpty()) {
            String token = tokenAt(text, at, foreign);
            if (token == null) {
                at++;
                continue;
            }
            int id = ids.getOrDefault(token, Tokenizer.NO_TOKEN);
            int habit = habits.getOrDefault(id, 0);
            int start = at;
            int end = at + token.length();
            at = end;
            if (Preparation.Habit.SINGLE_WORD.isIn(habit)
                    && ((start > 0 && isWord(text.codePointBefore(start)))
                            || (end < text.length() && isWord(text.codePointAt(end))))) {
                continue;
            }
            if (Preparation.Habit.LEFT.isIn(habit)) {
                while (start > from && isTaken(text.charAt(start - 1), habit)) {
                    start--;
                }
            }
            if (Preparation.Habit.RIGHT.isIn(habit)) {
                while (end < text.length() && isTaken(text.charAt(end), habit)) {
                    end++;
                }
            }
            if (from < start) {
                parts.text(text.substring(from, start), from);
            }
            parts.token(id);
            from = end;
        }
        if (from < text.length()) {
            parts.text(text.substring(from), from);
        }
    }

    private @Nullable String tokenAt(String text, int at, @Nullable BitSet foreign) {
        NavigableSet<Integer> candidates = lengths.get(text.charAt(at));
        if (candidates != null) {
            for (int length : candidates) {
                if (length <= text.length() - at) {
                    String candidate = text.substring(at, at + length);
                    Integer id = ids.get(candidate);
                    if (id != null && (foreign == null || isOwn(id, at, at + length, foreign))) {
                        return candidate;
                    }
                }
            }
        }
        return null;
    }

    private boolean isOwn(int id, int from, int to, BitSet foreign) {
        int first = foreign.nextSetBit(from);
        return !isSpecial(pieces.type(id)) || first < 0 || first >= to;
    }
}
