package org.pixelllm.engine.text;

import org.pixelllm.pxvm.program.NotFiniteException;

/**
 * The probabilities of one row of logits.
 *
 * @param logits rows of logits // [rows, vocabulary]
 * @param from where the row begins
 * @param highest the highest of the row
 * @param logSum the logarithm of the sum of exp(logit − highest)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Softmax(float[] logits, int from, float highest, double logSum) {

    /**
     * Looks at a row.
     *
     * @throws NotFiniteException where a logit is not finite
     */
    static Softmax of(float[] logits, int from, int vocabulary) {
        NotFiniteException.requireLogits(logits, from, vocabulary);
        float highest = Float.NEGATIVE_INFINITY;
        for (int id = 0; id < vocabulary; id++) {
            highest = Math.max(highest, logits[from + id]);
        }
        double sum = 0;
        for (int id = 0; id < vocabulary; id++) {
            sum += StrictMath.exp((double) logits[from + id] - highest);
        }
        return new Softmax(logits, from, highest, StrictMath.log(sum));
    }

    /** The natural logarithm of a token's probability. */
    double log(int id) {
        return (double) logits[from + id] - highest - logSum;
    }

    /** A token's probability, 0 to 1. */
    double probability(int id) {
        return StrictMath.exp(log(id));
    }
}
