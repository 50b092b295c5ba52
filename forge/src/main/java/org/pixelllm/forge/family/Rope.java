package org.pixelllm.forge.family;

import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Operation;

/**
 * Rotary positions, over whole heads or their first elements.
 *
 * @param pairing which two elements of a head rotate together
 * @param dims how many elements of a head rotate, the first ones
 * @param theta the base of the frequencies
 * @param scaling how frequencies are divided for longer contexts
 * @param factors whether a weight, {@link WeightNames#ROPE_FACTORS}, divides each pair's frequency by a factor of its own
 *     and multiplies its cosine and sine
 */
public record Rope(Pairing pairing, int dims, float theta, Scaling scaling, boolean factors) {

    /** Which two elements of a head rotate together. */
    public enum Pairing {
        /** Neighbours, as in the original. */
        ADJACENT,
        /** Those half of the rotating elements apart, as Hugging Face has them. */
        HALVES
    }

    /**
     * How frequencies are divided, as Llama 3 does it: low ones by the whole factor, high ones not at all.
     *
     * @param factor how much frequencies are divided by; 1 for not at all
     * @param lowFrequency Llama 3's {@code low_freq_factor}
     * @param highFrequency Llama 3's {@code high_freq_factor}
     * @param originalContext Llama 3's context before it was extended; 0 where all frequencies are divided alike
     */
    public record Scaling(float factor, float lowFrequency, float highFrequency, float originalContext) {

        /** Frequencies as they are. */
        public static final Scaling NONE = linear(1);

        /** All frequencies divided by a factor. */
        public static Scaling linear(float factor) {
            return new Scaling(factor, 0, 0, 0);
        }
    }

    /** Rotary positions whose frequencies are not divided. */
    public static Rope plain(Pairing pairing, int dims, float theta) {
        return new Rope(pairing, dims, theta, Scaling.NONE, false);
    }

    /** @param table the tensor of factors, or {@link Instruction#ABSENT} */
    Operation operation(int result, int x, int table, int head) {
        int halves = switch (pairing) {
            case ADJACENT -> 0;
            case HALVES -> 1;
        };
        return new Operation.Rope(
                result,
                x,
                table,
                head,
                dims,
                halves,
                theta,
                scaling.factor,
                scaling.lowFrequency,
                scaling.highFrequency,
                scaling.originalContext);
    }
}
