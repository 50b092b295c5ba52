package org.pixelllm.engine;

import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PredictionImage;

/**
 * What a model says after a text.
 *
 * @param logits one value for each token id; the array is the caller's // [vocabulary]
 * @param tokensGiven tokens of the text
 * @param tokensUsed of these, the last ones that fit in the model's context
 */
public record Answer(float[] logits, int tokensGiven, int tokensUsed) implements Reply {

    /**
     * The k likeliest tokens, as the protocol's image.
     *
     * @param k 1 to the vocabulary
     */
    public PredictionImage prediction(int k) {
        return PredictionImage.of(logits, k);
    }

    /** All logits, as the protocol's image. */
    public LogitsHeatmap heatmap() {
        return LogitsHeatmap.of(logits);
    }
}
