package org.pixelllm.engine.look;

import org.pixelllm.engine.view.ValuesView;
import org.pixelllm.protocol.images.ActivationsImage;
import org.pixelllm.protocol.png.Pixels;

/**
 * What one layer ended with.
 *
 * @param layer from 0
 * @param tensor the program's name for it
 * @param first the position of the first row; above 0 where a text is too long for one image
 * @param image the values, exact
 */
public record LayerValues(int layer, String tensor, int first, ActivationsImage image) {

    /**
     * For eyes.
     *
     * @param note what else the caption holds; may be empty
     */
    public Pixels view(String note) {
        String from = first == 0 ? "" : "positions from " + first + " on";
        String caption = note.isEmpty() || from.isEmpty() ? note + from : note + "; " + from;
        return ValuesView.draw(
                image.rows(),
                image.columns(),
                image.values(),
                "layer " + layer + " (" + tensor + "): a row for each token, a column for each value",
                caption);
    }
}
