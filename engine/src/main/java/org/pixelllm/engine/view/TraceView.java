package org.pixelllm.engine.view;

import java.util.List;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.view.Canvas;
import org.pixelllm.protocol.view.Colours;
import org.pixelllm.protocol.view.Legend;
import org.pixelllm.protocol.view.Words;

/** Many tensors, a line for each: a colour, what it is, its numbers, a strip of its values. */
public final class TraceView {

    /** Cells of a strip. */
    public static final int STRIP = 256;

    private static final int MARGIN = 12;
    private static final int OPCODE = Canvas.LETTER * 10;
    private static final int NAME = Canvas.LETTER * 25;
    private static final int NUMBER = Canvas.LETTER * 9;

    /** The most lines; of a longer program the first ones are drawn, and the note says so. */
    private static final int MAX_LINES = 1800;

    /** What has the strongest colour, on every line and in every picture. */
    private static final double LARGEST = 1000;

    private TraceView() {}

    /**
     * One line.
     *
     * @param colour of its mark
     * @param kind what it is
     * @param name the tensor's
     * @param min the least value
     * @param max the greatest
     * @param rms the size of the values
     * @param nonFinite how many are no finite numbers
     * @param last one row of values
     */
    public record Row(
            int colour, String kind, String name, double min, double max, double rms, long nonFinite, Grid last) {}

    /**
     * Draws them.
     *
     * @param title what is seen
     * @param note what else the caption holds; may be empty
     */
    public static Pixels draw(List<Row> rows, String title, String note) {
        int shown = Math.min(rows.size(), MAX_LINES);
        String caption = AttentionView.joined(
                note, shown == rows.size() ? "" : "the first " + shown + " of " + rows.size() + " lines");
        int numbers = MARGIN + 14 + OPCODE + NAME;
        int strip = numbers + 3 * NUMBER + 10;
        int top = MARGIN + 3 * Canvas.LINE + 6;
        int width = Math.max(
                        strip + Math.max(STRIP, Legend.fullWidth(Legend.ODD)),
                        MARGIN + Math.max(Canvas.width(title), Canvas.width(caption)))
                + MARGIN;
        Canvas on = new Canvas(width, top + shown * Canvas.LINE + 10 + Legend.HEIGHT + MARGIN);
        on.text(MARGIN, MARGIN, title, Canvas.INK);
        on.text(MARGIN, MARGIN + Canvas.LINE, caption, Canvas.FAINT);
        String[] heads = {"least", "greatest", "rms"};
        for (int i = 0; i < heads.length; i++) {
            on.textTo(numbers + (i + 1) * NUMBER - 6, top - Canvas.LINE, heads[i], Canvas.FAINT);
        }
        for (int i = 0; i < shown; i++) {
            Row row = rows.get(i);
            int y = top + i * Canvas.LINE;
            int ink = row.nonFinite > 0 ? Colours.RED : Canvas.INK;
            on.fill(MARGIN, y, 8, Canvas.LINE - 1, row.colour);
            on.text(MARGIN + 14, y, row.kind, ink);
            on.text(MARGIN + 14 + OPCODE, y, Canvas.cut(row.name, 24), Canvas.FAINT);
            double[] values = {row.min, row.max, row.rms};
            for (int n = 0; n < values.length; n++) {
                on.textTo(numbers + (n + 1) * NUMBER - 6, y, Words.number(values[n]), ink);
            }
            int cell = Math.max(1, STRIP / row.last.width());
            for (int x = 0; x < row.last.width(); x++) {
                on.fill(strip + x * cell, y, cell, Canvas.LINE - 1, Colours.signed(logarithmic(row.last.cell(0, x))));
            }
        }
        Legend.signed(on, strip, top + shown * Canvas.LINE + 10, "-1000", "1000 (log)", Legend.ODD);
        return on.pixels();
    }

    /** One scale for all: small and large values can both be told apart. */
    static double logarithmic(double value) {
        return Math.signum(value) * StrictMath.log1p(100 * Math.abs(value)) / StrictMath.log1p(100 * LARGEST);
    }
}
