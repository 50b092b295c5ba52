package org.pixelllm.pxvm.executor;

import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PredictionImage;

/** A row of logits as the protocol's two output images. */
public interface Drawn {

    /**
     * The likeliest tokens, as many as were asked for.
     *
     * @throws IllegalArgumentException where a logit is not finite
     */
    PredictionImage prediction();

    /**
     * All logits.
     *
     * @throws IllegalArgumentException where a logit is not finite
     */
    LogitsHeatmap heatmap();

    /**
     * Draws a row that is at hand; what nobody looks at is not drawn.
     *
     * @param logits kept // [vocabulary]
     * @param top how many tokens are predicted
     */
    static Drawn of(float[] logits, int top) {
        return new Drawn() {
            @Override
            public PredictionImage prediction() {
                return PredictionImage.of(logits, top);
            }

            @Override
            public LogitsHeatmap heatmap() {
                return LogitsHeatmap.of(logits);
            }
        };
    }
}
