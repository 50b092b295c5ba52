package org.pixelllm.engine.view;

import java.util.List;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.view.Canvas;
import org.pixelllm.protocol.view.Colours;
import org.pixelllm.protocol.view.Legend;

/** What each layer would predict: a column for each token of the text, the last layer on top. */
public final class LensView {

    private static final int MARGIN = 12;
    private static final int LETTERS = 7;
    private static final int CELL_WIDTH = LETTERS * Canvas.LETTER + 5;
    private static final int CELL_HEIGHT = Canvas.LINE + 4;
    private static final int LABELS = Canvas.LETTER * 6;

    /** Tokens side by side; longer texts go on below. */
    private static final int PER_BAND = 24;

    /** Cells on a side where there is no room for words. */
    private static final int MAX_CELLS = 2048;

    private static final String TITLE = "what each layer would predict after each token: the likeliest token";

    private LensView() {}

    /**
     * Draws it.
     *
     * @param predicted the likeliest token // [layers, positions]
     * @param probabilities its probability; NaN is red // [layers, positions]
     * @param words the text // [positions]
     * @param note what else the caption holds; may be empty
     */
    public static Pixels draw(List<List<String>> predicted, double[][] probabilities, List<String> words, String note) {
        int layers = predicted.size();
        int positions = words.size();
        int across = Math.min(positions, PER_BAND);
        int bands = Math.ceilDiv(positions, across);
        int bandHeight = (layers + 1) * CELL_HEIGHT + 10;
        int texts = Math.max(Canvas.width(TITLE), Canvas.width(note));
        int cells = LABELS + Math.max(across * CELL_WIDTH, Legend.fullWidth(Legend.ODD));
        int width = Math.max(cells, texts) + 2 * MARGIN;
        long height = 2L * MARGIN + 2 * Canvas.LINE + 6 + (long) bands * bandHeight + Legend.HEIGHT;
        if (width * height > Canvas.MAX_PIXELS) {
            return small(probabilities, note);
        }
        Canvas on = new Canvas(width, (int) height);
        on.text(MARGIN, MARGIN, TITLE, Canvas.INK);
        on.text(MARGIN, MARGIN + Canvas.LINE, note, Canvas.FAINT);
        int top = MARGIN + 2 * Canvas.LINE + 6;
        for (int band = 0; band < bands; band++) {
            int from = band * across;
            int to = Math.min(positions, from + across);
            band(on, predicted, probabilities, words, from, to, top + band * bandHeight);
        }
        Legend.share(on, MARGIN + LABELS, top + bands * bandHeight, "0", "probability 1");
        return on.pixels();
    }

    private static void band(
            Canvas on,
            List<List<String>> predicted,
            double[][] probabilities,
            List<String> words,
            int from,
            int to,
            int top) {
        int layers = predicted.size();
        int left = MARGIN + LABELS;
        for (int row = 0; row < layers; row++) {
            int layer = layers - 1 - row;
            int y = top + row * CELL_HEIGHT;
            on.textTo(left - 6, y + 3, "L" + layer, Canvas.FAINT);
            for (int position = from; position < to; position++) {
                int x = left + (position - from) * CELL_WIDTH;
                int colour = Colours.share(probabilities[layer][position]);
                on.fill(x, y, CELL_WIDTH - 1, CELL_HEIGHT - 1, colour);
                String word = Canvas.cut(predicted.get(layer).get(position), LETTERS);
                on.text(x + 2, y + 3, word, Colours.inkOn(colour));
            }
        }
        int y = top + layers * CELL_HEIGHT;
        on.textTo(left - 6, y + 3, "text", Canvas.FAINT);
        for (int position = from; position < to; position++) {
            int x = left + (position - from) * CELL_WIDTH;
            on.text(x + 2, y + 3, Canvas.cut(words.get(position), LETTERS), Canvas.INK);
        }
    }

    /** Without words, a few pixels for each prediction. */
    private static Pixels small(double[][] probabilities, String note) {
        int layers = probabilities.length;
        int positions = probabilities[0].length;
        Grid grid = new Grid(layers, positions, MAX_CELLS, MAX_CELLS);
        for (int layer = 0; layer < layers; layer++) {
            for (int position = 0; position < positions; position++) {
                grid.put(layers - 1 - layer, position, (float) probabilities[layer][position]);
            }
        }
        int cell = Math.clamp(MAX_CELLS / Math.max(grid.height(), grid.width()), 1, 8);
        String caption = AttentionView.joined(note, AttentionView.joined("too long for words", grid.note()));
        int top = MARGIN + 2 * Canvas.LINE + 6;
        int texts = Math.max(Canvas.width(TITLE), Canvas.width(caption));
        int width = Math.max(Math.max(grid.width() * cell, Legend.fullWidth(Legend.ODD)), texts);
        Canvas on = new Canvas(width + 2 * MARGIN, top + grid.height() * cell + 10 + Legend.HEIGHT + MARGIN);
        on.text(MARGIN, MARGIN, TITLE, Canvas.INK);
        on.text(MARGIN, MARGIN + Canvas.LINE, caption, Canvas.FAINT);
        for (int y = 0; y < grid.height(); y++) {
            for (int x = 0; x < grid.width(); x++) {
                on.fill(MARGIN + x * cell, top + y * cell, cell, cell, Colours.share(grid.cell(y, x)));
            }
        }
        Legend.share(on, MARGIN, top + grid.height() * cell + 10, "0", "probability 1");
        return on.pixels();
    }
}
