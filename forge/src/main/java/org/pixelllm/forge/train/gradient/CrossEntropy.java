package org.pixelllm.forge.train.gradient;

import org.pixelllm.pxvm.executor.Arithmetic;

/** The loss of next-token prediction: {@code −log softmax(logits)[target]}, in nats. */
public final class CrossEntropy {

    private CrossEntropy() {}

    /**
     * The loss of some rows and its gradient.
     *
     * @param logits // [rows, vocabulary]
     * @param targets the token that follows each row, from {@code first} on
     * @param share what each row's gradient is multiplied with: 1 by the number of rows that a mean is over
     * @param gradient receives share · d loss / d logits // [rows, vocabulary]
     * @return the sum over the rows
     */
    static double apply(
            Arithmetic arithmetic,
            float[] logits,
            int rows,
            int vocabulary,
            int[] targets,
            int first,
            float share,
            float[] gradient) {
        double nats = 0;
        for (int row = 0; row < rows; row++) {
            int at = row * vocabulary;
            int target = at + targets[first + row];
            float max = max(logits, at, vocabulary);
            System.arraycopy(logits, at, gradient, at, vocabulary);
            float sum = arithmetic.exponentials(gradient, at, vocabulary, max);
            nats += StrictMath.log(sum) - (logits[target] - max);
            float scale = share / sum;
            for (int i = at; i < at + vocabulary; i++) {
                gradient[i] *= scale;
            }
            gradient[target] -= share;
        }
        return nats;
    }

    private static float max(float[] logits, int at, int vocabulary) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = at; i < at + vocabulary; i++) {
            max = Math.max(max, logits[i]);
        }
        return max;
    }

    /** {@code −log softmax(logits)[target]} of one row. */
    public static double nats(float[] logits, int at, int vocabulary, int target) {
        float max = max(logits, at, vocabulary);
        double sum = 0;
        for (int i = 0; i < vocabulary; i++) {
            sum += StrictMath.exp(logits[at + i] - max);
        }
        return StrictMath.log(sum) - (logits[at + target] - max);
    }
}
