package org.pixelllm.forge.train;

import java.util.Locale;
import org.pixelllm.protocol.Pixels;

/** Capital letters and digits of 3 x 5 dots: enough to label a curve. */
final class TinyFont {

    private static final int COLUMNS = 3;
    private static final int ROWS = 5;
    private static final String CHARACTERS = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.,-/:%";

    /** Each character's five rows from the top, an octal digit a row, the left dot its highest bit. */
    private static final String DOTS = "00000 75557 26227 71747 71717 55711 74717 74757 71222 75757 75717"
            + " 25755 65656 34443 65556 74647 74644 34553 55755 72227 11152 55655 44447 57755 65555 25552 65644 25563"
            + " 65655 34216 72222 55557 55552 55775 55255 55222 71247 00002 00024 00700 11244 02020 51245";

    private TinyFont() {}

    /** Pixels that a text takes from its first dot to its last. */
    static int width(String text, int dot) {
        return ((COLUMNS + 1) * text.length() - 1) * dot;
    }

    static int height(int dot) {
        return ROWS * dot;
    }

    /**
     * Draws a text; characters that it has not are left out.
     *
     * @param x of its left edge
     * @param y of its top edge
     * @param dot pixels of a dot's side
     * @param colour 0xRRGGBB
     */
    static void draw(Pixels on, String text, int x, int y, int dot, int colour) {
        String capitals = text.toUpperCase(Locale.ROOT);
        for (int i = 0; i < capitals.length(); i++) {
            int glyph = CHARACTERS.indexOf(capitals.charAt(i));
            for (int row = 0; glyph >= 0 && row < ROWS; row++) {
                int bits = DOTS.charAt(glyph * (ROWS + 1) + row) - '0';
                for (int column = 0; column < COLUMNS; column++) {
                    if ((bits & 4 >> column) != 0) {
                        int left = x + ((COLUMNS + 1) * i + column) * dot;
                        Drawing.fill(on, left, y + row * dot, dot, dot, colour);
                    }
                }
            }
        }
    }
}
