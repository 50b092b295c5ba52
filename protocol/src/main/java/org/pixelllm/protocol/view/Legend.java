package org.pixelllm.protocol.view;

import java.util.function.IntUnaryOperator;

/** The bar that shows which colour is which value. */
public final class Legend {

    /** Pixels from its left edge to its right one. */
    public static final int WIDTH = 192;

    /** What red means, in most views. */
    public static final String ODD = "NaN, infinite";

    /** Pixels that it takes with its captions. */
    public static final int HEIGHT = 8 + 2 + Canvas.LINE;

    private Legend() {}

    /** From 0 to 1, and what is no number. */
    public static void share(Canvas on, int x, int y, String low, String high) {
        bar(on, x, y, i -> Colours.share(i / (WIDTH - 1.0)), ODD);
        captions(on, x, y, low, "", high);
    }

    /** From below zero to above it, and what red means; nothing if that is empty. */
    public static void signed(Canvas on, int x, int y, String low, String high, String odd) {
        bar(on, x, y, i -> Colours.signed(2 * i / (WIDTH - 1.0) - 1), odd);
        captions(on, x, y, low, "0", high);
    }

    private static void bar(Canvas on, int x, int y, IntUnaryOperator colour, String odd) {
        for (int i = 0; i < WIDTH; i++) {
            on.fill(x + i, y, 1, 8, colour.applyAsInt(i));
        }
        if (odd.isEmpty()) {
            return;
        }
        on.fill(x + WIDTH + 12, y, 8, 8, Colours.RED);
        on.text(x + WIDTH + 24, y, odd, Canvas.FAINT);
    }

    private static void captions(Canvas on, int x, int y, String low, String middle, String high) {
        on.text(x, y + 10, low, Canvas.FAINT);
        on.text(x + (WIDTH - Canvas.width(middle)) / 2, y + 10, middle, Canvas.FAINT);
        on.textTo(x + WIDTH, y + 10, high, Canvas.FAINT);
    }

    /** Pixels of a legend with all its captions. */
    public static int fullWidth(String odd) {
        return WIDTH + 24 + Canvas.width(odd);
    }
}
