package org.pixelllm.engine.view;

import java.util.List;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.view.Canvas;
import org.pixelllm.protocol.view.Colours;
import org.pixelllm.protocol.view.Legend;

/** All heads of a model on one sheet: a row for each layer. */
public final class SheetView {

    /** The most cells on a side of one head's map. */
    private static final int MAX_SIDE = 128;

    private static final int GAP = 4;
    private static final int MARGIN = 12;
    private static final int LABELS = Canvas.LETTER * 7;

    private SheetView() {}

    /**
     * How many cells a head's map may have on a side, so that the sheet fits.
     *
     * @param layers rows of maps
     * @param heads maps in the longest row
     */
    public static int side(int layers, int heads) {
        double share = Math.sqrt((double) Canvas.MAX_PIXELS / 2 / layers / heads);
        return (int) Math.clamp(share - GAP - 1, 1, MAX_SIDE);
    }

    /**
     * Draws it.
     *
     * @param maps for each layer its heads' weights, all of one size
     * @param title what is seen
     * @param note what else the caption holds; may be empty
     */
    public static Pixels draw(List<List<Grid>> maps, String title, String note) {
        Grid first = maps.getFirst().getFirst();
        int heads = maps.stream().mapToInt(List::size).max().orElse(1);
        int cell = Math.max(1, side(maps.size(), heads) / first.height());
        int side = cell * first.height();
        int left = MARGIN + LABELS;
        int top = MARGIN + 3 * Canvas.LINE + 6;
        int pitch = side + GAP;
        String caption = AttentionView.joined(note, first.note());
        int textWidth = Math.max(Canvas.width(title), Canvas.width(caption));
        int mapsWidth = Math.max(heads * pitch, Legend.fullWidth(Legend.ODD));
        int width = Math.max(left + mapsWidth, MARGIN + textWidth) + MARGIN;
        Canvas on = new Canvas(width, top + maps.size() * pitch + 8 + Legend.HEIGHT + MARGIN);
        on.text(MARGIN, MARGIN, title, Canvas.INK);
        on.text(MARGIN, MARGIN + Canvas.LINE, caption, Canvas.FAINT);
        int every = Math.ceilDiv(Canvas.width("head 00") + GAP, pitch);
        for (int head = 0; head < heads; head += every) {
            String name = pitch * every > Canvas.width("head 00") ? "head " + head : String.valueOf(head);
            on.text(left + head * pitch, top - Canvas.LINE, name, Canvas.FAINT);
        }
        int everyLayer = Math.ceilDiv(Canvas.LINE, pitch);
        for (int layer = 0; layer < maps.size(); layer++) {
            int y = top + layer * pitch;
            if (layer % everyLayer == 0) {
                on.textTo(left - 6, y + Math.max(0, (side - Canvas.LETTER_HEIGHT) / 2), "L" + layer, Canvas.FAINT);
            }
            for (int head = 0; head < maps.get(layer).size(); head++) {
                map(on, maps.get(layer).get(head), left + head * pitch, y, cell);
            }
        }
        Legend.share(on, left, top + maps.size() * pitch + 8, "0", "weight 1");
        return on.pixels();
    }

    private static void map(Canvas on, Grid weights, int left, int top, int cell) {
        for (int y = 0; y < weights.height(); y++) {
            for (int x = 0; x < weights.width(); x++) {
                on.fill(left + x * cell, top + y * cell, cell, cell, Colours.share(x <= y ? weights.cell(y, x) : 0));
            }
        }
    }
}
