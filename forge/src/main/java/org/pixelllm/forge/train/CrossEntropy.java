package org.pixelllm.forge.train;

import org.pixelllm.pxvm.executor.Workers;

/** The loss of next-token prediction: the mean of {@code −log softmax(logits)[target]} over rows, in nats. */
final class CrossEntropy {

    private final Workers workers;
    private double[] losses = {}; // of each row, so that the sum's order does not depend on the threads

    CrossEntropy(Workers workers) {
        this.workers = workers;
    }

    /**
     * Computes the loss and its gradient.
     *
     * @param logits // [rows, vocabulary]
     * @param targets the token that follows each row // [rows]
     * @param gradient receives d loss / d logits // [rows, vocabulary]
     * @return nats per row
     */
    double apply(float[] logits, int[] targets, float[] gradient) {
        int rows = targets.length;
        int vocabulary = logits.length / rows;
        if (losses.length < rows) {
            losses = new double[rows];
        }
        workers.split(rows, (from, to) -> {
            for (int row = from; row < to; row++) {
                losses[row] = row(logits, row * vocabulary, vocabulary, targets[row], gradient, 1f / rows);
            }
        });
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            sum += losses[row];
        }
        return sum / rows;
    }

    private static double row(float[] logits, int at, int vocabulary, int target, float[] gradient, float share) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < vocabulary; i++) {
            max = Math.max(max, logits[at + i]);
        }
        double sum = 0;
        for (int i = 0; i < vocabulary; i++) {
            double e = Math.exp(logits[at + i] - max);
            gradient[at + i] = (float) e;
            sum += e;
        }
        float scale = (float) (share / sum);
        for (int i = 0; i < vocabulary; i++) {
            gradient[at + i] *= scale;
        }
        gradient[at + target] -= share;
        return Math.log(sum) - (logits[at + target] - max);
    }

    /** {@code −log softmax(logits)[target]} of one row, in nats. */
    static double nats(float[] logits, int at, int vocabulary, int target) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < vocabulary; i++) {
            max = Math.max(max, logits[at + i]);
        }
        double sum = 0;
        for (int i = 0; i < vocabulary; i++) {
            sum += Math.exp(logits[at + i] - max);
        }
        return Math.log(sum) - (logits[at + target] - max);
    }
}
