package org.pixelllm.pxvm.executor;

import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.pxvm.program.NotFiniteException;

/** A row whose logits are at hand. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LogitsRow(float[] values, int top) implements Row {

    @Override
    public float[] logits() {
        if (top != LOGITS) {
            throw Row.onlyImages();
        }
        return values;
    }

    @Override
    public PredictionImage prediction(int count) {
        Row.requireAsked(this, count);
        NotFiniteException.requireLogits(values, 0, values.length);
        return PredictionImage.of(values, count);
    }

    @Override
    public LogitsHeatmap heatmap() {
        NotFiniteException.requireLogits(values, 0, values.length);
        return LogitsHeatmap.of(values);
    }
}
