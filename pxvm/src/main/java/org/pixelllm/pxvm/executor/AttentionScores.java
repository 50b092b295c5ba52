package org.pixelllm.pxvm.executor;

import org.pixelllm.pxvm.program.Instruction;

/** The scores of attention, in double and in reading order: what the reference executor mixes, and what a tap shows. */
public final class AttentionScores {

    private AttentionScores() {}

    /** The first position that a token looks back on; a window of 0 has no end. */
    public static int first(int window, int position) {
        return window > 0 ? Math.max(0, position - window + 1) : 0;
    }

    /**
     * The exponentials of one head's scores at one position; divided by their sum they are its weights.
     *
     * @param in the attention
     * @param keys this position's among them // [context, kvHeads · width]
     * @param position the token's place in its session
     * @param head a query head
     * @param q queries
     * @param at where this head's query begins in them
     * @param width elements of a head
     * @return from {@link #first} to the position, the highest 1 // [position − first + 1]
     */
    public static double[] exponentials(
            Instruction in, float[] keys, int position, int head, float[] q, int at, int width) {
        int kvHeads = in.whole(1);
        int column = head / (in.whole(0) / kvHeads) * width;
        int first = first(in.whole(3), position);
        double softcap = in.real(4);
        double[] scores = new double[position - first + 1];
        double max = Double.NEGATIVE_INFINITY;
        for (int s = 0; s < scores.length; s++) {
            int row = (first + s) * kvHeads * width + column;
            double dot = 0;
            for (int i = 0; i < width; i++) {
                dot += (double) q[at + i] * keys[row + i];
            }
            dot *= in.real(2);
            scores[s] = softcap > 0 ? softcap * Math.tanh(dot / softcap) : dot;
            max = Math.max(max, scores[s]);
        }
        for (int s = 0; s < scores.length; s++) {
            scores[s] = Math.exp(scores[s] - max);
        }
        return scores;
    }
}
