package org.pixelllm.forge.train.derivative;

/**
 * Dropout (Srivastava et al., 2014) of what an instruction adds to what came in: each element is left out with a
 * probability, and the others are made larger by as much. Which ones is computed from a seed and the element's place, so
 * that the way back finds the same ones and nothing is kept.
 */
public final class Dropout {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final int CHANCE_BITS = 16;

    private double rate;
    private long seed;

    /**
     * Decides for a batch.
     *
     * @param rate from 0, below 1
     * @param seed one for each batch
     */
    public void begin(double rate, long seed) {
        this.rate = rate;
        this.seed = seed;
    }

    /** The share that is left out. */
    double rate() {
        return rate;
    }

    /**
     * What each element is multiplied by: 0 or {@code 1 / (1 − rate)}.
     *
     * @param result the tensor that the instruction writes
     * @param factors receives them
     */
    void factors(int result, float[] factors, int count) {
        long start = mix(seed + GOLDEN * result);
        int out = (int) Math.round(rate * (1 << CHANCE_BITS));
        float kept = (float) (1 / (1 - rate));
        long bits = 0;
        for (int i = 0; i < count; i++) {
            bits = i % 4 == 0 ? mix(start + GOLDEN * i) : bits >>> CHANCE_BITS;
            factors[i] = (bits & (1 << CHANCE_BITS) - 1) < out ? 0 : kept;
        }
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
    private static long mix(long z) {
        long a = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ a >>> 27) * 0x94D049BB133111EBL;
        return b ^ b >>> 31;
    }
}
