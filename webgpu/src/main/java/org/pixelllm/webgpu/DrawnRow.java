package org.pixelllm.webgpu;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
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
        List<Prediction> predictions = new ArrayList<>(tokens.length / 3);
        for (int i = 0; i < tokens.length; i += 3) {
            predictions.add(new Prediction(at(tokens, i) + 256 * at(tokens, i + 1), at(tokens, i + 2)));
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

    private static int at(byte[] bytes, int index) {
        return bytes[index] & 0xFF;
    }
}
