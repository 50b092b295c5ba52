package org.pixelllm.engine.text;

import java.util.Arrays;
import org.pixelllm.protocol.images.TopK;

/** Chooses tokens. What it chooses depends on the logits, the tokens before, the seed and the number of the draw. */
final class Sampler {

    /** A token counts as repeated if it is among this many before it. */
    static final int REPEAT_WINDOW = 64;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final Sampling sampling;
    private float[] penalized = {}; // [vocabulary], once a penalty is asked for

    Sampler(Sampling sampling) {
        this.sampling = sampling;
    }

    /**
     * Chooses one.
     *
     * @param logits each finite; not changed // [vocabulary]
     * @param before the tokens so far; the last ones are searched for repeats
     * @param draw the number of this choice: one seed has one draw for each number
     */
    int choose(float[] logits, int[] before, long draw) {
        float[] values = sampling.repeatPenalty() == 1 ? logits : penalized(logits, before);
        if (sampling.temperature() == 0) {
            return highest(values);
        }
        int k = sampling.topK() == 0 ? values.length : Math.min(sampling.topK(), values.length);
        int[] ids = TopK.of(values, k);
        int kept = kept(values, ids);
        double sum = 0;
        double[] upTo = new double[kept];
        for (int i = 0; i < kept; i++) {
            // StrictMath, so that every machine draws the same
            sum += StrictMath.exp(((double) values[ids[i]] - values[ids[0]]) / sampling.temperature());
            upTo[i] = sum;
        }
        double mark = uniform(sampling.seed(), draw) * sum;
        int at = 0;
        while (at < kept - 1 && upTo[at] <= mark) {
            at++;
        }
        return ids[at];
    }

    private float[] penalized(float[] logits, int[] before) {
        if (penalized.length != logits.length) {
            penalized = new float[logits.length];
        }
        System.arraycopy(logits, 0, penalized, 0, logits.length);
        int from = Math.max(0, before.length - REPEAT_WINDOW);
        for (int i = from; i < before.length; i++) {
            int id = before[i];
            // From the logit itself, so that a token that occurs twice is not penalized twice.
            penalized[id] = (float)
                    (logits[id] > 0 ? logits[id] / sampling.repeatPenalty() : logits[id] * sampling.repeatPenalty());
        }
        return penalized;
    }

    private static int highest(float[] values) {
        int highest = 0;
        for (int id = 1; id < values.length; id++) {
            if (values[id] > values[highest]) {
                highest = id;
            }
        }
        return highest;
    }

    /** How many of these tokens, highest first, top-p and min-p leave: at least one. */
    private int kept(float[] values, int[] ids) {
        double[] weights = new double[ids.length];
        for (int i = 0; i < ids.length; i++) {
            weights[i] = StrictMath.exp((double) values[ids[i]] - values[ids[0]]);
        }
        int kept = ids.length;
        if (sampling.topP() < 1) {
            double enough = sampling.topP() * Arrays.stream(weights).sum();
            double sum = weights[0];
            kept = 1;
            while (kept < ids.length && sum < enough) {
                sum += weights[kept++];
            }
        }
        while (kept > 1 && weights[kept - 1] < sampling.minP()) {
            kept--;
        }
        return kept;
    }

    /** The draw of that number: SplitMix64 at a place of its stream, as a number from 0 to below 1. */
    static double uniform(long seed, long draw) {
        long z = seed + (draw + 1) * GOLDEN;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return ((z ^ z >>> 31) >>> 11) * 0x1p-53;
    }
}
