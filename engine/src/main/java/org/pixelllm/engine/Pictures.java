package org.pixelllm.engine;

import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.pxvm.executor.Drawn;

/**
 * What a model says after a text, as the protocol's images: drawn where the logits are, so that a GPU gives back nothing
 * but their pixels.
 *
 * @param drawn the images
 * @param tokensGiven tokens of the text
 * @param tokensUsed of these, the last ones that fit in the model's context
 */
public record Pictures(Drawn drawn, int tokensGiven, int tokensUsed) implements Reply {

    /**
     * The likeliest tokens, as many as were asked for.
     *
     * @throws IllegalArgumentException where a logit is not finite
     */
    public PredictionImage prediction() {
        return drawn.prediction();
    }

    /**
     * All logits.
     *
     * @throws IllegalArgumentException where a logit is not finite
     */
    public LogitsHeatmap heatmap() {
        return drawn.heatmap();
    }
}
