package org.pixelllm.pxvm.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is done to a text before its words are encoded, where the flags of a section do not say enough. In a section: the
 * number of normalizations u8 and each; the number of steps that cut words u8 and each; the number of added tokens with
 * habits of their own u32, and for each id u32 and {@link Habit} bits u8, ascending.
 *
 * @param normalizations what is done to the text between added tokens, in order
 * @param split how that is cut into words
 * @param habits the bits of {@link Habit} of added tokens by id, where there are any
 */
public record Preparation(List<Normalization> normalizations, WordSplit split, SortedMap<Integer, Integer> habits) {

    /** Nothing. */
    public static final Preparation NONE = new Preparation(List.of(), WordSplit.NONE, new TreeMap<>());

    private static final int MAX_NORMALIZATIONS = 64;
    private static final int HABIT_BYTES = 5;

    /** How an added token is found in a text. */
    public enum Habit {
        /** It takes the white space before it. */
        LEFT(1),
        /** It takes the white space after it. */
        RIGHT(2),
        /** It is no part of a longer word. */
        SINGLE_WORD(4),
        /** It is looked for after the normalizations, and itself normalized. */
        NORMALIZED(8),
        /** The white space that it takes is not the space, which has become another character by then. */
        NO_SPACES(16);

        private static final int ALL = 31;
        private final int bit;

        Habit(int bit) {
            this.bit = bit;
        }

        /** Its bit in a section. */
        public int bit() {
            return bit;
        }

        boolean isIn(int bits) {
            return (bits & bit) != 0;
        }
    }

    public Preparation {
        normalizations = List.copyOf(normalizations);
        habits = new TreeMap<>(habits);
        if (normalizations.size() > MAX_NORMALIZATIONS) {
            throw new InvalidTokenizerException(
                    "normalizer", "at most " + MAX_NORMALIZATIONS + " steps", String.valueOf(normalizations.size()));
        }
    }

    /** Whether the flags of a section say it all. */
    boolean isNone() {
        return normalizations.isEmpty() && split.steps().isEmpty() && habits.isEmpty();
    }

    void write(SectionWriter out) {
        out.u8(normalizations.size());
        normalizations.forEach(each -> Normalization.write(each, out));
        split.write(out);
        out.i32(habits.size());
        for (Map.Entry<Integer, Integer> each : habits.entrySet()) {
            out.i32(each.getKey()).u8(each.getValue());
        }
    }

    static Preparation read(SectionReader in) {
        int count = in.u8("number of normalizations");
        List<Normalization> normalizations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            normalizations.add(Normalization.read(in));
        }
        WordSplit split = WordSplit.read(in);
        int added = in.count(Pieces.MAX_PIECES, HABIT_BYTES, "number of added tokens with habits");
        TreeMap<Integer, Integer> habits = new TreeMap<>();
        int last = Tokenizer.NO_TOKEN;
        for (int i = 0; i < added; i++) {
            int id = in.i32("added token");
            int bits = in.u8("added token");
            if (id <= last || bits == 0 || bits > Habit.ALL) {
                throw new InvalidTokenizerException(
                        "tokenizer section, added tokens", "ascending ids with bits 1 to 31", id + " with " + bits);
            }
            habits.put(id, bits);
            last = id;
        }
        Preparation read = new Preparation(normalizations, split, habits);
        if (read.isNone()) {
            throw new InvalidTokenizerException(
                    "tokenizer section, flags", "a preparation where one is flagged", "none");
        }
        return read;
    }
}
