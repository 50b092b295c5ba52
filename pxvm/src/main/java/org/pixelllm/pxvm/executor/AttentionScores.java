package org.pixelllm.pxvm.executor;

import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;

/** The scores of attention, in double and in reading order: what the reference executor mixes, and what a tap shows. */
public final class AttentionScores {

    private AttentionScores() {}

    /** The first position that a token looks back on; a window of 0 has no end. */
    public static int first(int window, int position) {
        return window > 0 ? Math.max(0, position - window + 1) : 0;
    }

    /**
     * The weights with which a token looks back, as {@link Moment#attention} shows them: the exponentials by their sum, and
     * 0 before the window. Parameters are those of {@link #exponentials}.
     *
     * @return // [position + 1]
     */
    public static double[] weights(Instruction in, float[] keys, int position, int head, float[] q, int at, int width) {
        double[] seen = exponentials(in, keys, position, head, q, at, width);
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
     * @return the instruction's query heads
     * @throws IllegalArgumentException where there is no such token or head, or the instruction is no attention
     */
    public static int requireHead(Instruction in, int token, int tokens, int head) {
        int heads = in.opcode() == Opcode.ATTENTION ? in.whole(0) : 0;
        if (token < 0 || token >= tokens || head < 0 || head >= heads) {
            throw new IllegalArgumentException("token %d of %d, head %d of %d of %s"
                    .formatted(token, tokens, head, heads, in.opcode().mnemonic()));
        }
        return heads;
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
