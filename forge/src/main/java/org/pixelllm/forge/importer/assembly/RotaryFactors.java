package org.pixelllm.forge.importer.assembly;

import java.util.Arrays;

/**
 * Factors of rotary positions, one for each pair, as the instruction {@code rope} takes them: what divides a pair's
 * frequency, then what multiplies its cosine and sine // [2, pairs]
 */
public final class RotaryFactors {

    /** YaRN's {@code beta_fast} where nothing else is said. */
    public static final double BETA_FAST = 32;

    /** YaRN's {@code beta_slow} where nothing else is said. */
    public static final double BETA_SLOW = 1;

    private RotaryFactors() {}

    /**
     * What YaRN extends a context by.
     *
     * @param factor how much longer the context is than the original
     * @param original the context before
     * @param fast pairs that turn more often than this within it keep their frequency
     * @param slow pairs that turn less often have it divided by the whole factor
     * @param truncated whether the bounds between are whole pairs
     */
    public record Yarn(double factor, double original, double fast, double slow, boolean truncated) {}

    /**
     * YaRN (Peng et al., 2023, "YaRN: Efficient Context Window Extension of Large Language Models", sections 3.2 and 3.4), in
     * the words of {@code _compute_yarn_parameters} in transformers' {@code modeling_rope_utils.py}:
     *
     * <pre>
     * pair(turns) = dims · ln(original / (turns · 2π)) / (2 · ln(theta))
     * ramp(i)     = clamp((i − pair(fast)) / (pair(slow) − pair(fast)), 0, 1)
     * frequency   = theta^(−2i/dims) · (ramp/factor + (1 − ramp))
     * </pre>
     *
     * @param magnitude what cosines and sines are multiplied by
     */
    public static float[] yarn(Yarn yarn, int dims, double theta, double magnitude) {
        double low = pair(yarn.fast, yarn.original, dims, theta);
        double high = pair(yarn.slow, yarn.original, dims, theta);
        if (yarn.truncated) {
            low = Math.floor(low);
            high = Math.ceil(high);
        }
        low = Math.max(low, 0);
        high = Math.min(high, dims - 1);
        double width = low == high ? 0.001 : high - low;
        double[] divisors = new double[dims / 2];
        for (int i = 0; i < divisors.length; i++) {
            double ramp = Math.clamp((i - low) / width, 0.0, 1.0);
            divisors[i] = 1 / (ramp / yarn.factor + (1 - ramp));
        }
        return rows(divisors, magnitude);
    }

    private static double pair(double turns, double original, int dims, double theta) {
        return dims * StrictMath.log(original / (turns * 2 * Math.PI)) / (2 * StrictMath.log(theta));
    }

    /** YaRN's magnitude, {@code get_mscale} of the same source: 0.1 · mscale · ln(factor) + 1. */
    public static double yarnMagnitude(double factor, double mscale) {
        return factor <= 1 ? 1 : 0.1 * mscale * StrictMath.log(factor) + 1;
    }

    /**
     * LongRoPE's magnitude (Ding et al., 2024), {@code _compute_longrope_parameters} of the same source: √(1 + ln(factor) /
     * ln(original)), where factor is how much longer the context is than the original.
     */
    public static double longMagnitude(double factor, double original) {
        return factor <= 1 ? 1 : Math.sqrt(1 + StrictMath.log(factor) / StrictMath.log(original));
    }

    /** These divisors, and the magnitude for each. */
    public static float[] rows(double[] divisors, double magnitude) {
        float[] rows = new float[2 * divisors.length];
        for (int i = 0; i < divisors.length; i++) {
            rows[i] = (float) divisors[i];
        }
        Arrays.fill(rows, divisors.length, rows.length, (float) magnitude);
        return rows;
    }
}
