package org.pixelllm.pxvm.executor;

import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.pxvm.program.NotFiniteException;

/**
 * A row of logits that a step has computed: the logits, or only the protocol's two output images of them, as it was asked
 * for. An image is made when somebody looks at it, unless a GPU has drawn it.
 */
public interface Row {

    /** In place of the number of tokens that a prediction holds: the logits themselves are asked for, and any image. */
    int LOGITS = 0;

    /** How many tokens a prediction was asked to hold, or {@link #LOGITS}. */
    int top();

    /**
     * The logits; the array is the caller's. // [vocabulary]
     *
     * @throws IllegalStateException where only images were asked for
     */
    float[] logits();

    /**
     * The likeliest tokens.
     *
     * @param top how many, 1 to the vocabulary
     * @throws IllegalStateException where a prediction of another size was asked for
     * @throws NotFiniteException where a logit is not finite
     */
    PredictionImage prediction(int top);

    /**
     * All logits as an image.
     *
     * @throws NotFiniteException where a logit is not finite
     */
    LogitsHeatmap heatmap();

    /**
     * A row whose logits are at hand.
     *
     * @param logits kept // [vocabulary]
     * @param top how many tokens a prediction was asked to hold, or {@link #LOGITS}
     */
    static Row of(float[] logits, int top) {
        return new LogitsRow(logits, top);
    }

    /**
     * What every {@link #prediction} checks first.
     *
     * @throws IllegalStateException where a prediction of another size was asked for
     */
    static void requireAsked(Row row, int top) {
        if (row.top() != LOGITS && row.top() != top) {
            throw new IllegalStateException(
                    "a prediction of " + row.top() + " tokens was asked for, not one of " + top);
        }
    }

    /** What {@link #logits} throws where only images were asked for. */
    static IllegalStateException onlyImages() {
        return new IllegalStateException("only images of these logits were asked for");
    }
}
