package org.pixelllm.conformance.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.view.Canvas;
import org.pixelllm.protocol.view.Colours;
import org.pixelllm.protocol.view.Legend;

/** Heat maps of two implementations side by side, and how they differ: a line for each input, a cell for each id. */
final class ContactSheet {

    /** Cells in a row, as the protocol's heat map has; more where the map would be too tall. */
    private static final int COLUMNS = 32;

    /** What a map should measure across, where cells can be larger than a pixel. */
    private static final int USUAL_WIDTH = 128;

    private static final int MARGIN = 12;
    private static final int GAP = 10;

    /** Letters of a line's caption. */
    private static final int LETTERS = 16;

    /** Letters of a command in the title. */
    private static final int TITLE_LETTERS = 90;

    /** The smallest difference of greys that is drawn in the strongest colour: floors alone make 1. */
    private static final int LEAST_SCALE = 8;

    private final Canvas on;
    private final int vocabulary;
    private final int columns;
    private final int cell;
    private final int width;
    private final int height;
    private final int left = MARGIN + LETTERS * Canvas.LETTER;

    private ContactSheet(List<String> titles, int rows, int maps, int vocabulary) {
        this.vocabulary = vocabulary;
        columns = COLUMNS * Math.ceilDiv((int) Math.ceil(Math.sqrt(vocabulary)), COLUMNS);
        cell = Math.max(1, USUAL_WIDTH / columns);
        width = cell * columns;
        height = cell * Math.ceilDiv(vocabulary, columns);
        int texts = titles.stream().mapToInt(Canvas::width).max().orElse(0);
        int across = Math.max(left + maps * (width + GAP), MARGIN + texts) + MARGIN;
        on = new Canvas(across, top(titles.size()) + rows * pitch() + (maps > 1 ? Legend.HEIGHT : 0) + MARGIN);
    }

    private static int top(int titles) {
        return MARGIN + (titles + 1) * Canvas.LINE + GAP;
    }

    /** Pixels from one line's top to the next one's. */
    private int pitch() {
        return Math.max(height, 4 * Canvas.LINE) + GAP;
    }

    /**
     * Draws it.
     *
     * @param rows the inputs
     * @param tested the command of the implementation that is tested
     * @param other the other's; empty where there is none
     * @param summary what the report says
     * @param vocabulary how many ids are drawn
     */
    static Pixels draw(List<Report.Row> rows, String tested, String other, String summary, int vocabulary) {
        boolean two = !other.isEmpty();
        List<String> titles = new ArrayList<>();
        titles.add("conformance: " + summary);
        titles.add("A: " + Canvas.cut(tested, TITLE_LETTERS));
        if (two) {
            titles.add("B: " + Canvas.cut(other, TITLE_LETTERS));
        }
        ContactSheet sheet = new ContactSheet(titles, rows.size(), two ? 3 : 1, vocabulary);
        for (int i = 0; i < titles.size(); i++) {
            sheet.on.text(MARGIN, MARGIN + i * Canvas.LINE, titles.get(i), i == 0 ? Canvas.INK : Canvas.FAINT);
        }
        sheet.draw(rows, two, top(titles.size()));
        return sheet.on.pixels();
    }

    private void draw(List<Report.Row> rows, boolean two, int top) {
        String[] heads = {"A", "B", "B less A"};
        for (int i = 0; i < (two ? heads.length : 1); i++) {
            on.text(place(i), top - Canvas.LINE, heads[i], Canvas.FAINT);
        }
        int scale = scale(rows);
        for (int i = 0; i < rows.size(); i++) {
            Report.Row row = rows.get(i);
            int y = top + i * pitch();
            captions(row, y);
            greys(row.answer(), 0, y);
            if (two) {
                greys(row.other(), 1, y);
                differences(row.answer(), row.other(), scale, y);
            }
        }
        if (two) {
            String end = scale + " greys";
            int right = place(2) + width;
            Legend.signed(on, right - Legend.WIDTH, top + rows.size() * pitch(), "-" + end, end, "");
        }
    }

    private int place(int map) {
        return left + map * (width + GAP);
    }

    private void captions(Report.Row row, int y) {
        on.text(MARGIN, y, Canvas.cut(row.name(), LETTERS - 1), Canvas.INK);
        on.text(MARGIN, y + Canvas.LINE, topToken(row.answer()), Canvas.FAINT);
        Answer other = row.other();
        if (other == null) {
            return;
        }
        on.text(MARGIN, y + 2 * Canvas.LINE, topToken(other), Canvas.FAINT);
        if (row.answer().isWhole() && other.isWhole()) {
            boolean holds = row.answer().similarity(other).holds();
            String apart = (holds ? "" : "not ") + "similar";
            on.text(MARGIN, y + 3 * Canvas.LINE, apart, holds ? Canvas.FAINT : Colours.RED);
        }
    }

    private static String topToken(Answer answer) {
        return answer.isWhole() ? answer.words() : "no answer";
    }

    private void greys(@Nullable Answer answer, int map, int y) {
        if (answer != null && answer.isWhole()) {
            cells(map, y, id -> answer.grey(id) * 0x010101);
        }
    }

    private void differences(Answer one, @Nullable Answer other, int scale, int y) {
        if (other != null && one.isWhole() && other.isWhole()) {
            cells(2, y, id -> Colours.signed((other.grey(id) - one.grey(id)) / (double) scale));
        }
    }

    private void cells(int map, int y, IntUnaryOperator colour) {
        for (int id = 0; id < vocabulary; id++) {
            int x = place(map) + id % columns * cell;
            on.fill(x, y + id / columns * cell, cell, cell, colour.applyAsInt(id));
        }
    }

    /** What the strongest colour means: the largest difference on the sheet. */
    private int scale(List<Report.Row> rows) {
        int scale = LEAST_SCALE;
        for (Report.Row row : rows) {
            Answer other = row.other();
            if (other != null && row.answer().isWhole() && other.isWhole()) {
                for (int id = 0; id < vocabulary; id++) {
                    scale = Math.max(
                            scale, Math.abs(other.grey(id) - row.answer().grey(id)));
                }
            }
        }
        return scale;
    }
}
