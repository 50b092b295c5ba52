package org.pixelllm.engine.view;

import java.util.List;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.view.Canvas;
import org.pixelllm.protocol.view.Colours;
import org.pixelllm.protocol.view.Legend;

/** How one head looks back: a row for each token, a column for each token that it looks at. */
public final class AttentionView {

    /** The most cells on a side; longer texts are shrunk. */
    public static final int MAX_CELLS = 1024;

    /** What the map should measure, where cells can be larger than a pixel. */
    private static final int USUAL_SIDE = 512;

    private static final int MAX_CELL = 24;
    private static final int MARGIN = 12;

    /** Letters of a token's caption. */
    private static final int LETTERS = 8;

    private AttentionView() {}

    /**
     * Draws it.
     *
     * @param weights from 0 to 1, as many rows as columns, at most {@link #MAX_CELLS} cells a side
     * @param words the tokens // [rows]
     * @param title what is seen
     * @param note what else the caption holds; may be empty
     */
    public static Pixels draw(Grid weights, List<String> words, String title, String note) {
        int cell = Math.clamp(USUAL_SIDE / weights.height(), 1, MAX_CELL);
        int side = cell * weights.height();
        int longest = words.stream().mapToInt(Canvas::width).max().orElse(0);
        int labels = Math.min(Canvas.LETTER * LETTERS, longest + 1) + 6;
        int left = MARGIN + labels;
        int top = MARGIN + 2 * Canvas.LINE + 4 + labels;
        String caption = joined(note, weights.note());
        int textWidth = Math.max(Canvas.width(title), Canvas.width(caption));
        int width = Math.max(left + Math.max(side, Legend.fullWidth(Legend.ODD)), MARGIN + textWidth) + MARGIN;
        Canvas on = new Canvas(width, top + side + 10 + Legend.HEIGHT + MARGIN);
        on.text(MARGIN, MARGIN, title, Canvas.INK);
        on.text(MARGIN, MARGIN + Canvas.LINE, caption, Canvas.FAINT);
        for (int y = 0; y < weights.height(); y++) {
            for (int x = 0; x < weights.width(); x++) {
                if (x <= y) {
                    on.fill(left + x * cell, top + y * cell, cell, cell, Colours.share(weights.cell(y, x)));
                }
            }
        }
        captions(on, weights, words, cell, left, top);
        Legend.share(on, left, top + side + 10, "0", "weight 1");
        return on.pixels();
    }

    private static void captions(Canvas on, Grid weights, List<String> words, int cell, int left, int top) {
        int every = Math.ceilDiv(Canvas.LINE - 1, cell);
        for (int i = 0; i < weights.height(); i += every) {
            String word = Canvas.cut(words.get(i * weights.rowStep()), LETTERS);
            int middle = i * cell + (every == 1 ? (cell - Canvas.LETTER_HEIGHT) / 2 : 0);
            on.textTo(left - 4, top + middle, word, Canvas.FAINT);
            on.textUp(left + middle, top - 5, word, Canvas.FAINT);
        }
    }

    static String joined(String one, String other) {
        return one.isEmpty() || other.isEmpty() ? one + other : one + "; " + other;
    }
}
