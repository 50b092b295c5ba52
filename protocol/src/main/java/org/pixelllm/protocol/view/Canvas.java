package org.pixelllm.protocol.view;

import org.pixelllm.protocol.png.Pixels;

/** A picture that is being drawn: boxes and captions on pixels; what falls outside is clipped. Colours are 0xRRGGBB. */
public final class Canvas {

    /** The most pixels of a view: 48 MiB of samples. */
    public static final long MAX_PIXELS = 1L << 24;

    /** Pixels of a letter, from top to bottom. */
    public static final int LETTER_HEIGHT = Glyphs.ROWS;

    /** Pixels from one letter's left edge to the next one's. */
    public static final int LETTER = Glyphs.COLUMNS + 1;

    /** Pixels from one line's top to the next one's. */
    public static final int LINE = Glyphs.ROWS + 2;

    /** The background. */
    public static final int BACKGROUND = 0x14171C;

    /** Titles and what is read first. */
    public static final int INK = 0xE6E8EB;

    /** Captions. */
    public static final int FAINT = 0x8A929E;

    private final Pixels pixels;

    /**
     * An empty canvas.
     *
     * @throws IllegalArgumentException where it has more than {@link #MAX_PIXELS}; a view chooses its scale before
     */
    public Canvas(int width, int height) {
        if ((long) width * height > MAX_PIXELS) {
            throw new IllegalArgumentException("a view of " + width + " x " + height + " pixels");
        }
        pixels = Pixels.black(width, height);
        fill(0, 0, width, height, BACKGROUND);
    }

    private Canvas(Pixels pixels) {
        this.pixels = pixels;
    }

    /** A canvas over a picture that is there already; not copied. */
    public static Canvas over(Pixels pixels) {
        return new Canvas(pixels);
    }

    /** Pixels across. */
    public int width() {
        return pixels.width();
    }

    /** Pixels from top to bottom. */
    public int height() {
        return pixels.height();
    }

    /** The picture, as far as it is drawn; not copied. // [height, width, 3] */
    public Pixels pixels() {
        return pixels;
    }

    /** Fills a box. */
    public void fill(int x, int y, int width, int height, int colour) {
        int right = Math.min(pixels.width(), x + width);
        int bottom = Math.min(pixels.height(), y + height);
        for (int row = Math.max(0, y); row < bottom; row++) {
            for (int column = Math.max(0, x); column < right; column++) {
                pixels.set(column, row, colour >> 16, colour >> 8, colour);
            }
        }
    }

    /** A line of one pixel around a box. */
    public void frame(int x, int y, int width, int height, int colour) {
        fill(x - 1, y - 1, width + 2, 1, colour);
        fill(x - 1, y + height, width + 2, 1, colour);
        fill(x - 1, y, 1, height, colour);
        fill(x + width, y, 1, height, colour);
    }

    /** Pixels that a text takes from its first dot to its last. */
    public static int width(String text) {
        return LETTER * text.codePointCount(0, text.length()) - 1;
    }

    /** A text, its left upper corner here. @return the left edge of a letter after it */
    public int text(int x, int y, String text, int colour) {
        return text(x, y, 1, text, colour);
    }

    /** The same in larger letters: each dot is a square of {@code dot} by {@code dot} pixels. */
    public int text(int x, int y, int dot, String text, int colour) {
        int left = x;
        for (int c : text.codePoints().toArray()) {
            for (int row = 0; row < Glyphs.ROWS; row++) {
                for (int column = 0; column < Glyphs.COLUMNS; column++) {
                    if (Glyphs.dot(c, column, row)) {
                        fill(left + column * dot, y + row * dot, dot, dot, colour);
                    }
                }
            }
            left += LETTER * dot;
        }
        return left;
    }

    /** A text that ends here. */
    public void textTo(int right, int y, String text, int colour) {
        text(right - width(text), y, text, colour);
    }

    /** A text turned by 90 degrees; it begins here and goes up. */
    public void textUp(int x, int y, String text, int colour) {
        int bottom = y;
        for (int c : text.codePoints().toArray()) {
            for (int row = 0; row < Glyphs.ROWS; row++) {
                for (int column = 0; column < Glyphs.COLUMNS; column++) {
                    if (Glyphs.dot(c, column, row)) {
                        fill(x + row, bottom - column, 1, 1, colour);
                    }
                }
            }
            bottom -= LETTER;
        }
    }

    /** A text cut to at most this many letters; where some are left out, it ends in {@code …}. */
    public static String cut(String text, int letters) {
        int count = text.codePointCount(0, text.length());
        if (count <= letters) {
            return text;
        }
        return letters < 1 ? "" : text.substring(0, text.offsetByCodePoints(0, letters - 1)) + "…";
    }
}
