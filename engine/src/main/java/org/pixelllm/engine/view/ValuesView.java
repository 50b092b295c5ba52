package org.pixelllm.engine.view;

import java.util.Arrays;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.view.Canvas;
import org.pixelllm.protocol.view.Colours;
import org.pixelllm.protocol.view.Legend;
import org.pixelllm.protocol.view.Words;

/** Signed values as a map of colours. */
public final class ValuesView {

    private static final int MAX_HEIGHT = 1024;
    private static final int MAX_WIDTH = 1024;
    private static final int USUAL_SIDE = 512;
    private static final int MAX_CELL = 12;
    private static final int MARGIN = 12;

    /** The share of values that the scale covers: the few that are much larger would leave the rest grey. */
    private static final double COVERED = 0.99;

    /** Values that the scale is taken from. */
    private static final int SAMPLES = 1 << 16;

    private ValuesView() {}

    /**
     * Draws them.
     *
     * @param values // [rows, columns]
     * @param title what is seen
     * @param note what else the caption holds; may be empty
     */
    public static Pixels draw(int rows, int columns, float[] values, String title, String note) {
        return draw(rows, columns, values, title, note, Legend.ODD);
    }

    /**
     * The same, where red has another meaning.
     *
     * @param nonFinite what a value that is not a finite number means
     */
    public static Pixels draw(int rows, int columns, float[] values, String title, String note, String nonFinite) {
        Grid grid = Grid.of(rows, columns, values, MAX_HEIGHT, MAX_WIDTH);
        int cellHeight = Math.clamp(USUAL_SIDE / grid.height(), 1, MAX_CELL);
        int cellWidth = Math.clamp(USUAL_SIDE / grid.width(), 1, MAX_CELL);
        double scale = scale(values);
        String caption = AttentionView.joined(AttentionView.joined(note, grid.note()), beyond(values, scale));
        int textWidth = Math.max(Legend.fullWidth(nonFinite), Math.max(Canvas.width(title), Canvas.width(caption)));
        int left = MARGIN + Canvas.LETTER * 6;
        int top = MARGIN + 2 * Canvas.LINE + 6;
        int height = cellHeight * grid.height();
        int width = cellWidth * grid.width();
        Canvas on = new Canvas(
                Math.max(left + Math.max(width, Legend.fullWidth(nonFinite)), MARGIN + textWidth) + MARGIN,
                top + height + 10 + Legend.HEIGHT + MARGIN);
        on.text(MARGIN, MARGIN, title, Canvas.INK);
        on.text(MARGIN, MARGIN + Canvas.LINE, caption, Canvas.FAINT);
        for (int y = 0; y < grid.height(); y++) {
            for (int x = 0; x < grid.width(); x++) {
                int colour = Colours.signed(grid.cell(y, x) / scale);
                on.fill(left + x * cellWidth, top + y * cellHeight, cellWidth, cellHeight, colour);
            }
        }
        on.textTo(left - 4, top, "0", Canvas.FAINT);
        if (height > 2 * Canvas.LINE) {
            on.textTo(left - 4, top + height - Canvas.LETTER_HEIGHT, String.valueOf(rows - 1), Canvas.FAINT);
        }
        String end = Words.number(scale);
        Legend.signed(on, left, top + height + 10, "-" + end, end, nonFinite);
        return on.pixels();
    }

    private static String beyond(float[] values, double scale) {
        int count = 0;
        for (float value : values) {
            count += Float.isFinite(value) && Math.abs(value) > scale ? 1 : 0;
        }
        return count == 0 ? "" : count + " of " + values.length + " values lie beyond the scale";
    }

    /** The value of the strongest colour: 99 of 100 values are not beyond it. */
    static double scale(float[] values) {
        int step = Math.max(1, values.length / SAMPLES);
        double[] sizes = new double[(values.length - 1) / step + 1];
        int count = 0;
        double max = 0;
        for (int i = 0; i < values.length; i++) {
            if (Float.isFinite(values[i])) {
                max = Math.max(max, Math.abs(values[i]));
                if (i % step == 0) {
                    sizes[count++] = Math.abs(values[i]);
                }
            }
        }
        Arrays.sort(sizes, 0, count);
        double covered = count == 0 ? 0 : sizes[(int) (COVERED * (count - 1))];
        return covered > 0 ? covered : max > 0 ? max : 1;
    }
}
