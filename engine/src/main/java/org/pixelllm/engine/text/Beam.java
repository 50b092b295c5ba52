package org.pixelllm.engine.text;

import java.util.List;
import org.pixelllm.protocol.images.Prediction;

/**
 * One continuation that a beam search found.
 *
 * @param tokens at least one, with the model's probabilities
 * @param logProbability the sum of the logarithms of these, at most 0
 * @param stop what ended it
 * @param text its characters, without the stop text; empty where the model has no tokenizer
 */
public record Beam(List<Prediction> tokens, double logProbability, StopReason stop, String text) {

    public Beam {
        tokens = List.copyOf(tokens);
    }

    /** What beams are ordered by: the mean over the tokens, so that longer ones are not worse for being longer. */
    public double score() {
        return logProbability / tokens.size();
    }

    /** The ids. // [tokens] */
    public int[] ids() {
        return tokens.stream().mapToInt(Prediction::id).toArray();
    }
}
