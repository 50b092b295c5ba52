package org.pixelllm.pxvm.executor;

import org.pixelllm.pxvm.program.Operation.Attention;

/** The scores of attention, in double and in reading order: what the reference executor mixes, and what a tap shows. */
public final class AttentionScores {

    private AttentionScores() {}

    /** The first position that a token looks back on; a window of 0 has no end. */
    public static int first(int window, int position) {
        return window > 0 ? Math.max(0, position - window + 1) : 0;
    }

    /**
     * One head's keys in an array.
     *
     * @param values from position 0 on
     * @param step from one position to the next
     * @param column where the head's begin in each
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Keys(float[] values, int step, int column) {}

    /**
     * The weights with which a token looks back, as {@link TapContext#attention} shows them: the exponentials by their sum, and
     * 0 before the window. Parameters are those of {@link #exponentials}.
     *
     * @return // [position + 1]
     */
    public static double[] weights(Attention in, Keys keys, int position, float[] q, int at, int width) {
        double[] seen = exponentials(in, keys, position, q, at, width);
        double sum = 0;
        for (double each : seen) {
            sum += each;
        }
        double[] weights = new double[position + 1];
        int first = weights.length - seen.length;
        for (int s = 0; s < seen.length; s++) {
            weights[first + s] = seen[s] / sum;
        }
        return weights;
    }

    /**
     * Checks what a tap asks for.
     *
     * @param tokens of the step
     * @throws IllegalArgumentException where there is no such token or head
     */
    public static void requireHead(Attention in, int token, int tokens, int head) {
        if (token < 0 || token >= tokens || head < 0 || head >= in.heads()) {
            throw new IllegalArgumentException(
                    "token %d of %d, head %d of %d".formatted(token, tokens, head, in.heads()));
        }
    }

    /**
     * The exponentials of one head's scores at one position; divided by their sum they are its weights.
     *
     * @param in the attention
     * @param keys of the head's key head, this position's among them
     * @param position the token's place in its session
     * @param q queries
     * @param at where this head's query begins in them
     * @param width elements of a head
     * @return from {@link #first} to the position, the highest 1 // [position − first + 1]
     */
    public static double[] exponentials(Attention in, Keys keys, int position, float[] q, int at, int width) {
        int first = first(in.window(), position);
        double softcap = in.softcap();
        double[] scores = new double[position - first + 1];
        double max = Double.NEGATIVE_INFINITY;
        for (int s = 0; s < scores.length; s++) {
            int row = (first + s) * keys.step + keys.column;
            double dot = 0;
            for (int i = 0; i < width; i++) {
                dot += (double) q[at + i] * keys.values[row + i];
            }
            dot *= in.scale();
            scores[s] = softcap > 0 ? softcap * StrictMath.tanh(dot / softcap) : dot;
            max = Math.max(max, scores[s]);
        }
        for (int s = 0; s < scores.length; s++) {
            scores[s] = StrictMath.exp(scores[s] - max);
        }
        return scores;
    }
}
