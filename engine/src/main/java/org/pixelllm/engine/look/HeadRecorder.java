package org.pixelllm.engine.look;

import org.pixelllm.engine.view.AttentionView;
import org.pixelllm.engine.view.Grid;
import org.pixelllm.protocol.images.AttentionImage;
import org.pixelllm.pxvm.executor.Moment;
import org.pixelllm.pxvm.program.Instruction;

/** Keeps the weights of one head. */
final class HeadRecorder implements Recorder {

    private final Instruction attention;
    private final int layer;
    private final int head;
    private final byte[][] grey; // by query position, one byte for each key up to it
    private final Grid grid;
    private String fault = "";

    HeadRecorder(Instruction attention, int layer, int head, int positions) {
        this.attention = attention;
        this.layer = layer;
        this.head = head;
        this.grey = new byte[positions][];
        this.grid = Grid.square(positions, AttentionView.MAX_CELLS);
    }

    @Override
    public void ran(Moment moment, int first) {
        if (!moment.instructions().contains(attention)) {
            return;
        }
        for (int token = 0; token < moment.tokens(); token++) {
            double[] weights = moment.attention(attention, token, head);
            byte[] row = new byte[weights.length];
            for (int key = 0; key < row.length; key++) {
                grid.put(first + token, key, (float) weights[key]);
                if (Double.isFinite(weights[key])) {
                    row[key] = (byte) AttentionImage.grey(weights[key]);
                } else if (fault.isEmpty()) {
                    fault = "position " + (first + token) + " looks at position " + key + " with the weight "
                            + weights[key];
                }
            }
            grey[first + token] = row;
        }
    }

    HeadMap map() {
        return new HeadMap(layer, head, grey, grid, fault);
    }
}
