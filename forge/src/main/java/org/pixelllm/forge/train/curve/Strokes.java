package org.pixelllm.forge.train.curve;

import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.view.Canvas;

/** Lines and discs on a canvas; what falls outside is left out. Colours are 0xRRGGBB. */
final class Strokes {

    private Strokes() {}

    /** A disc about a place. */
    static void disc(Canvas on, double x, double y, double radius, int colour) {
        for (int row = (int) (y - radius); row <= y + radius; row++) {
            for (int column = (int) (x - radius); column <= x + radius; column++) {
                if (StrictMath.hypot(column + 0.5 - x, row + 0.5 - y) <= radius) {
                    on.fill(column, row, 1, 1, colour);
                }
            }
        }
    }

    /** A line with round ends. */
    static void line(Canvas on, double x1, double y1, double x2, double y2, double radius, int colour) {
        int pieces = (int) Math.ceil(StrictMath.hypot(x2 - x1, y2 - y1) / Math.max(0.5, radius / 2)) + 1;
        for (int i = 0; i <= pieces; i++) {
            double share = (double) i / pieces;
            disc(on, x1 + share * (x2 - x1), y1 + share * (y2 - y1), radius, colour);
        }
    }

    /** The picture at half its size, each pixel the mean of four: what makes lines smooth. */
    static Pixels halved(Pixels large) {
        Pixels small = Pixels.black(large.width() / 2, large.height() / 2);
        int row = 3 * large.width();
        for (int y = 0; y < small.height(); y++) {
            for (int x = 0; x < small.width(); x++) {
                for (int channel = 0; channel < 3; channel++) {
                    int at = 2 * y * row + 6 * x + channel;
                    byte[] rgb = large.rgb();
                    int sum = (rgb[at] & 0xFF)
                            + (rgb[at + 3] & 0xFF)
                            + (rgb[at + row] & 0xFF)
                            + (rgb[at + row + 3] & 0xFF);
                    small.rgb()[3 * (y * small.width() + x) + channel] = (byte) (sum / 4);
                }
            }
        }
        return small;
    }
}
