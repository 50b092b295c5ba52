package org.pixelllm.protocol.png;

/**
 * One pass over a picture: every {@code stepX}-th column from {@code x}, every {@code stepY}-th row from {@code y}.
 */
record PngPass(int x, int y, int stepX, int stepY) {

    /** The picture in one pass, row by row. */
    static final PngPass[] WHOLE = {new PngPass(0, 0, 1, 1)};

    /** The seven passes of an interlaced picture. */
    static final PngPass[] ADAM7 = {
        new PngPass(0, 0, 8, 8),
        new PngPass(4, 0, 8, 8),
        new PngPass(0, 4, 4, 8),
        new PngPass(2, 0, 4, 4),
        new PngPass(0, 2, 2, 4),
        new PngPass(1, 0, 2, 2),
        new PngPass(0, 1, 1, 2),
    };

    int columns(int width) {
        return width <= x ? 0 : (width - x - 1) / stepX + 1;
    }

    int rows(int height) {
        return height <= y ? 0 : (height - y - 1) / stepY + 1;
    }
}
