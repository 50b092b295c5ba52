package org.pixelllm.engine.look;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.engine.view.AttentionView;
import org.pixelllm.engine.view.Grid;
import org.pixelllm.protocol.images.AttentionImage;
import org.pixelllm.protocol.png.Pixels;

/** How one head looks back over a text. */
public final class HeadMap {

    private final int layer;
    private final int head;
    private final byte[][] grey;
    private final Grid grid;
    private final String fault;

    HeadMap(int layer, int head, byte[][] grey, Grid grid, String fault) {
        this.layer = layer;
        this.head = head;
        this.grey = grey;
        this.grid = grid;
        this.fault = fault;
    }

    /** The layer, from 0. */
    public int layer() {
        return layer;
    }

    /** The head, from 0. */
    public int head() {
        return head;
    }

    /** What keeps the weights from being an image, in words: the first that is no number; empty where all are. */
    public String fault() {
        return fault;
    }

    /**
     * The weights as images: one, or the tiles on and below the diagonal, row by row, where the text is longer than {@link
     * AttentionImage#MAX_SIDE}. Above the diagonal all is 0.
     *
     * @throws IllegalStateException where there is a {@link #fault}
     */
    public List<AttentionImage> images() {
        if (!fault.isEmpty()) {
            throw new IllegalStateException(fault);
        }
        List<AttentionImage> tiles = new ArrayList<>();
        int side = AttentionImage.MAX_SIDE;
        for (int row = 0; row < grey.length; row += side) {
            for (int column = 0; column <= row; column += side) {
                int height = Math.min(side, grey.length - row);
                int width = Math.min(side, grey.length - column);
                byte[] tile = new byte[height * width];
                for (int y = 0; y < height; y++) {
                    int length = Math.min(width, grey[row + y].length - column);
                    System.arraycopy(grey[row + y], column, tile, y * width, length);
                }
                tiles.add(new AttentionImage(row, column, height, width, tile));
            }
        }
        return tiles;
    }

    /**
     * For eyes.
     *
     * @param words the tokens
     * @param note what else the caption holds; may be empty
     */
    public Pixels view(List<String> words, String note) {
        return AttentionView.draw(
                grid,
                words,
                "attention of layer " + layer + ", head " + head + ": from each token (row) to those before",
                note);
    }
}
