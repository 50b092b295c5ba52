package org.pixelllm.engine.view;

import java.util.function.IntUnaryOperator;

/** The bar that says which colour is which value. */
final class Legend {

    static final int WIDTH = 128;

    /** Pixels that it takes with its captions. */
    static final int HEIGHT = 8 + 2 + Canvas.LINE;

    private Legend() {}

    /** From 0 to 1, and what is no number. */
    static void share(Canvas on, int x, int y, String low, String high) {
        bar(on, x, y, i -> Colours.share(i / (WIDTH - 1.0)));
        captions(on, x, y, low, "", high);
    }

    /** From −1 to 1 times a scale, and what is no number. */
    static void signed(Canvas on, int x, int y, String low, String middle, String high) {
        bar(on, x, y, i -> Colours.signed(2 * i / (WIDTH - 1.0) - 1));
        captions(on, x, y, low, middle, high);
    }

    private static void bar(Canvas on, int x, int y, IntUnaryOperator colour) {
        for (int i = 0; i < WIDTH; i++) {
            on.fill(x + i, y, 1, 8, colour.applyAsInt(i));
        }
        on.fill(x + WIDTH + 12, y, 8, 8, Colours.RED);
        on.text(x + WIDTH + 24, y, "NaN, infinite", Canvas.FAINT);
    }

    private static void captions(Canvas on, int x, int y, String low, String middle, String high) {
        on.text(x, y + 10, low, Canvas.FAINT);
        on.text(x + (WIDTH - Canvas.width(middle)) / 2, y + 10, middle, Canvas.FAINT);
        on.textTo(x + WIDTH, y + 10, high, Canvas.FAINT);
    }

    /** Pixels of the widest legend. */
    static int fullWidth() {
        return WIDTH + 24 + Canvas.width("NaN, infinite");
    }
}
