package org.pixelllm.forge.train.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a run, and how often windows are drawn from each. A window depends on the seed and on its number alone,
 * so that a run that continues needs no generator's state.
 */
public final class TextMixture {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final double UNIT = 0x1p-53;

    private final List<Corpus> texts;
    private final double[] shares; // of each text, 1 together

    /**
     * Weighs texts.
     *
     * @param shares of each text, above 0; null for their lengths
     */
    public TextMixture(List<Corpus> texts, double @Nullable [] shares) {
        this.texts = List.copyOf(texts);
        this.shares = new double[texts.size()];
        double sum = 0;
        for (int i = 0; i < this.shares.length; i++) {
            this.shares[i] = shares == null ? texts.get(i).ids().length : shares[i];
            sum += this.shares[i];
        }
        for (int i = 0; i < this.shares.length; i++) {
            this.shares[i] /= sum;
        }
    }

    public List<Corpus> texts() {
        return texts;
    }

    /** The share of a text, 0 to 1. */
    public double share(int text) {
        return shares[text];
    }

    /** Characters that a token stands for, on average over what is drawn. */
    public double charactersPerToken() {
        double characters = 0;
        for (int i = 0; i < shares.length; i++) {
            Corpus text = texts.get(i);
            characters += shares[i] * text.characters() / text.ids().length;
        }
        return characters;
    }

    /** Tokens of all texts. */
    public long tokens() {
        return texts.stream().mapToLong(text -> text.ids().length).sum();
    }

    /**
     * Draws a window.
     *
     * @param number of the window in the whole run
     * @param ids receives its tokens from {@code at}
     * @param targets receives the token after each, from {@code at}
     * @param length tokens of a window, fewer than the shortest text has
     */
    public void draw(long seed, long number, int[] ids, int[] targets, int at, int length) {
        long key = mixed(mixed(seed) + 2 * number * GOLDEN);
        double which = (mixed(key) >>> 11) * UNIT;
        int text = 0;
        while (text < shares.length - 1 && which >= shares[text]) {
            which -= shares[text++];
        }
        int[] from = texts.get(text).ids();
        int start = (int) Math.unsignedMultiplyHigh(mixed(key + GOLDEN), from.length - length);
        System.arraycopy(from, start, ids, at, length);
        System.arraycopy(from, start + 1, targets, at, length);
    }

    /** Stafford's variant 13 of MurmurHash3's finish, as in SplittableRandom. */
    private static long mixed(long value) {
        long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
