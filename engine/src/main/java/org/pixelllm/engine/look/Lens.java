package org.pixelllm.engine.look;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.pixelllm.engine.view.LensView;
import org.pixelllm.protocol.png.Pixels;

/**
 * What each layer of a model would predict after each token, if it were the last one. The last one's is the model's own
 * prediction.
 */
public final class Lens {

    /** In place of a token, where the logits are no finite numbers. */
    public static final int NOTHING = -1;

    private final int[][] ids; // [layers, positions]
    private final double[][] probabilities; // [layers, positions]

    Lens(int[][] ids, double[][] probabilities) {
        this.ids = ids;
        this.probabilities = probabilities;
    }

    /** How many layers. */
    public int layers() {
        return ids.length;
    }

    /** How many positions. */
    public int positions() {
        return ids[0].length;
    }

    /** The likeliest token, the lower id of equals, or {@link #NOTHING}. */
    public int id(int layer, int position) {
        return ids[layer][position];
    }

    /** Its probability among all tokens, or NaN. */
    public double probability(int layer, int position) {
        return probabilities[layer][position];
    }

    /**
     * For eyes.
     *
     * @param words the tokens of the text
     * @param word the text of a token
     * @param note what else the caption holds; may be empty
     */
    public Pixels view(List<String> words, IntFunction<String> word, String note) {
        List<List<String>> predicted = new ArrayList<>();
        for (int[] layer : ids) {
            List<String> row = new ArrayList<>();
            for (int id : layer) {
                row.add(id == NOTHING ? "NaN" : word.apply(id));
            }
            predicted.add(row);
        }
        return LensView.draw(predicted, probabilities, words, note);
    }
}
