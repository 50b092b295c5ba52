package org.pixelllm.webgpu;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.pxvm.executor.Row;

/**
 * A row of logits as the pixels that a GPU made of it.
 *
 * @param tokens the prediction's row // [top, 3]
 * @param cells the heat map's rows // [height, 32, 3]
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DrawnRow(byte[] tokens, byte[] cells) implements Row {

    /** Whether there was something to draw: no prediction begins with a confidence of 0 while all logits are finite. */
    boolean isFinite() {
        return tokens[2] != 0;
    }

    @Override
    public int top() {
        return tokens.length / 3;
    }

    @Override
    public float[] logits() {
        throw Row.onlyImages();
    }

    @Override
    public PredictionImage prediction(int top) {
        Row.requireAsked(this, top);
        Pixels row = new Pixels(top(), 1, tokens);
        List<Prediction> predictions = new ArrayList<>(row.width());
        for (int x = 0; x < row.width(); x++) {
            predictions.add(new Prediction(row.redGreen(x, 0), row.blue(x, 0)));
        }
        return new PredictionImage(predictions);
    }

    @Override
    public LogitsHeatmap heatmap() {
        byte[] grey = new byte[cells.length / 3];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = cells[3 * i];
        }
        return new LogitsHeatmap(LogitsHeatmap.WIDTH, grey.length / LogitsHeatmap.WIDTH, grey);
    }
}
