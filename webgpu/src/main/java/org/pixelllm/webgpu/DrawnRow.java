package org.pixelllm.webgpu;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.pxvm.executor.Row;

/**
 * A row of logits as the pixels that a GPU made of it.
 *
 * @param version of the model's images
 * @param tokens the prediction's row: the id's two or three bytes and the confidence // [top, 3 or 4]
 * @param cells the heat map's rows // [height, 32, 3]
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DrawnRow(PxiVersion version, byte[] tokens, byte[] cells) implements Row {

    /** Whether there was something to draw: no prediction begins with a confidence of 0 while all logits are finite. */
    boolean isFinite() {
        return tokens[tokenBytes(version) - 1] != 0;
    }

    /** Bytes of a token that a GPU draws. */
    static int tokenBytes(PxiVersion version) {
        return switch (version) {
            case V1 -> 3;
            case V2 -> 4;
        };
    }

    @Override
    public int top() {
        return tokens.length / tokenBytes(version);
    }

    @Override
    public float[] logits() {
        throw Row.onlyImages();
    }

    @Override
    public PredictionImage prediction(int top) {
        Row.requireAsked(this, top);
        int bytes = tokenBytes(version);
        List<Prediction> predictions = new ArrayList<>(top);
        for (int at = 0; at < tokens.length; at += bytes) {
            int id = 0;
            for (int i = 0; i < bytes - 1; i++) {
                id |= (tokens[at + i] & 0xFF) << (8 * i);
            }
            predictions.add(new Prediction(id, tokens[at + bytes - 1] & 0xFF));
        }
        return new PredictionImage(version, predictions);
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
