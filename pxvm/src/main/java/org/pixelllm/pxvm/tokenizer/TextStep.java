package org.pixelllm.pxvm.tokenizer;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.pxvm.regex.Expression;
import org.pixelllm.pxvm.regex.ExpressionException;

/** One step of cutting a text into words, as Hugging Face's pre-tokenizers do it. */
public sealed interface TextStep {

    /** What becomes of a match; the codes are those of a section. */
    enum Behaviour {
        /** It is left out. */
        REMOVED(0),
        /** It is a word. */
        ISOLATED(1),
        /** It belongs to the word before it. */
        MERGED_WITH_PREVIOUS(2),
        /** It belongs to the word after it. */
        MERGED_WITH_NEXT(3),
        /** Matches next to each other are one word. */
        CONTIGUOUS(4);

        private static final List<Behaviour> ALL = List.of(values());

        private final int code;

        Behaviour(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Behaviour of(int code) {
            if (code >= ALL.size()) {
                throw new InvalidTokenizerException(
                        "tokenizer section, behaviour", "0 to " + (ALL.size() - 1), String.valueOf(code));
            }
            return ALL.get(code);
        }
    }

    /**
     * Cuts by an expression.
     *
     * @param expression what is looked for
     * @param inverted whether what is between the matches counts as the match
     */
    record Cut(Expression expression, Behaviour behaviour, boolean inverted) implements TextStep {

        /**
         * Cuts so that matches, and what is between them, are words.
         *
         * @throws InvalidTokenizerException where the expression is not known here
         */
        public static Cut isolated(String expression) {
            return of(expression, Behaviour.ISOLATED, false);
        }

        /**
         * Cuts by an expression as it is written.
         *
         * @throws InvalidTokenizerException where the expression is not known here
         */
        public static Cut of(String expression, Behaviour behaviour, boolean inverted) {
            try {
                return new Cut(Expression.of(expression), behaviour, inverted);
            } catch (ExpressionException e) {
                throw new InvalidTokenizerException(
                        "word split", "an expression that can be followed", String.valueOf(e.getMessage()));
            }
        }

        private boolean sameAs(Cut other) {
            return expression.source().equals(other.expression.source())
                    && behaviour == other.behaviour
                    && inverted == other.inverted;
        }

        /** The parts of a text, in order; those that are empty are left out. */
        List<String> parts(String text) {
            List<int[]> ranges = new ArrayList<>(); // from, to
            boolean before = false; // whether the part before is a match
            int from = 0;
            Expression.Finder finder = expression.in(text);
            boolean more = finder.find();
            while (more || from < text.length()) {
                if (!more || from < finder.start()) {
                    before = add(ranges, from, more ? finder.start() : text.length(), inverted, before);
                    from = more ? finder.start() : text.length();
                }
                if (more) {
                    before = add(ranges, finder.start(), finder.end(), !inverted, before);
                    from = finder.end();
                    more = finder.find();
                }
            }
            if (behaviour == Behaviour.MERGED_WITH_NEXT) {
                mergeWithNext(ranges);
            }
            List<String> parts = new ArrayList<>(ranges.size());
            for (int[] each : ranges) {
                if (each[0] < each[1]) {
                    parts.add(text.substring(each[0], each[1]));
                }
            }
            return parts;
        }

        private boolean add(List<int[]> ranges, int from, int to, boolean match, boolean before) {
            boolean joins = switch (behaviour) {
                case REMOVED, ISOLATED, MERGED_WITH_NEXT -> false;
                case MERGED_WITH_PREVIOUS -> match && !before && !ranges.isEmpty();
                case CONTIGUOUS -> match == before && !ranges.isEmpty();
            };
            if (joins) {
                ranges.getLast()[1] = to;
            } else if (!match || behaviour != Behaviour.REMOVED) {
                ranges.add(new int[] {from, to, match ? 1 : 0});
            }
            return match;
        }

        private static void mergeWithNext(List<int[]> ranges) {
            boolean after = false;
            for (int i = ranges.size() - 1; i >= 0; i--) {
                boolean match = ranges.get(i)[2] == 1;
                if (match && !after && i + 1 < ranges.size()) {
                    ranges.get(i + 1)[0] = ranges.get(i)[0];
                    ranges.remove(i);
                }
                after = match;
            }
        }
    }

    /**
     * Puts a space before what does not begin with one.
     *
     * @param everywhere before every part; else only before one at the very beginning of a text
     */
    record Space(boolean everywhere) implements TextStep {}

    /**
     * Spells a text's bytes as GPT-2 does, a visible character for each. What comes after it cuts that; words are bytes
     * again in the end.
     */
    record Bytes() implements TextStep {}

    /** Spaces for ▁ (U+2581), where steps before it must not take one for the other. */
    record LowBlocks() implements TextStep {}

    /** Whether both do the same. */
    static boolean same(TextStep one, TextStep other) {
        return (one instanceof Cut cut && other instanceof Cut second) ? cut.sameAs(second) : one.equals(other);
    }
}
