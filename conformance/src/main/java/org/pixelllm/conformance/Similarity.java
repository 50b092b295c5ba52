package org.pixelllm.conformance;

import org.pixelllm.protocol.images.PredictionImage;

/**
 * The protocol's own measure of two implementations: given the same input, the probabilities of their top tokens differ
 * by less than a tenth. The tokens themselves may differ.
 *
 * @param topProbability of one implementation, 0 to 1
 * @param otherTopProbability of the other, 0 to 1
 */
public record Similarity(double topProbability, double otherTopProbability) {

    /** Differences below this are similar. */
    public static final double LIMIT = 0.1;

    /** Compares what two implementations predicted for one input. */
    public static Similarity of(PredictionImage one, PredictionImage other) {
        return new Similarity(
                one.predictions().getFirst().probability(),
                other.predictions().getFirst().probability());
    }

    public double difference() {
        return Math.abs(topProbability - otherTopProbability);
    }

    /** Whether the two are similar as the protocol asks. */
    public boolean holds() {
        return difference() < LIMIT;
    }
}
