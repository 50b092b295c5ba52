package org.pixelllm.engine.view;

import java.util.List;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.view.Canvas;
import org.pixelllm.protocol.view.Colours;
import org.pixelllm.protocol.view.Words;

/** Time over the image of a program: a row of pixels shines as its instruction takes time. */
public final class ProfileView {

    private static final int MARGIN = 12;

    /** A pixel of the program image, wide. */
    private static final int CELL = 8;

    private static final int NAME = Canvas.LETTER * 25;
    private static final int OPCODE = Canvas.LETTER * 10;
    private static final int TIME = Canvas.LETTER * 11;
    private static final int SHARE = Canvas.LETTER * 8;
    private static final int BAR = 200;
    private static final int MAX_LINES = 1500;

    /** How dark an instruction is that takes no time, of 1. */
    private static final double DARK = 0.2;

    private ProfileView() {}

    /**
     * One instruction.
     *
     * @param opcode its name
     * @param name what it writes
     * @param microseconds its time
     */
    public record Row(String opcode, String name, double microseconds) {}

    /**
     * Draws them.
     *
     * @param program the program image; its last rows are the instructions
     * @param rows the instructions, in the program's order
     * @param title what is seen
     * @param note what else the caption holds; may be empty
     */
    public static Pixels draw(Pixels program, List<Row> rows, String title, String note) {
        int shown = Math.min(rows.size(), MAX_LINES);
        String caption = AttentionView.joined(
                note, shown == rows.size() ? "" : "the first " + shown + " of " + rows.size() + " instructions");
        double longest = Math.max(
                1e-9, rows.stream().mapToDouble(Row::microseconds).max().orElse(0));
        double all = Math.max(1e-9, rows.stream().mapToDouble(Row::microseconds).sum());
        int top = MARGIN + 2 * Canvas.LINE + 6;
        int texts = MARGIN + CELL * program.width() + 12;
        int bars = texts + OPCODE + NAME + TIME + SHARE + 10;
        int width = Math.max(bars + BAR, MARGIN + Math.max(Canvas.width(title), Canvas.width(caption))) + MARGIN;
        Canvas on = new Canvas(width, top + shown * Canvas.LINE + MARGIN);
        on.text(MARGIN, MARGIN, title, Canvas.INK);
        on.text(MARGIN, MARGIN + Canvas.LINE, caption, Canvas.FAINT);
        int first = program.height() - rows.size();
        for (int i = 0; i < shown; i++) {
            Row row = rows.get(i);
            int y = top + i * Canvas.LINE;
            double heat = row.microseconds / longest;
            for (int x = 0; x < program.width(); x++) {
                on.fill(MARGIN + x * CELL, y, CELL, Canvas.LINE - 1, shone(program, x, first + i, heat));
            }
            on.text(texts, y, row.opcode, Canvas.INK);
            on.text(texts + OPCODE, y, Canvas.cut(row.name, 24), Canvas.FAINT);
            int right = texts + OPCODE + NAME + TIME;
            on.textTo(right, y, Words.number(row.microseconds) + " µs", Canvas.INK);
            on.textTo(right + SHARE, y, Words.number(100 * row.microseconds / all) + " %", Canvas.FAINT);
            on.fill(bars, y, (int) Math.round(BAR * heat), Canvas.LINE - 2, Colours.share(0.25 + 0.75 * heat));
        }
        return on.pixels();
    }

    private static int shone(Pixels program, int x, int y, double heat) {
        double light = DARK + (1 - DARK) * Math.sqrt(heat);
        int red = (int) (program.red(x, y) * light);
        int green = (int) (program.green(x, y) * light);
        int blue = (int) (program.blue(x, y) * light);
        return red << 16 | green << 8 | blue;
    }
}
