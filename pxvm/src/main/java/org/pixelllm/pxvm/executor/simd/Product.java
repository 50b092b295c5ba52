package org.pixelllm.pxvm.executor.simd;

import org.jspecify.annotations.Nullable;

/**
 * {@code y[r, o] = x[r]·w[o] + b[o]} for some of w's rows. The bits of a dot product do not depend on how many rows of x
 * and of w are taken together.
 *
 * @param w the weights // [o, i]
 * @param bias // [o], or null
 * @param result the tensor that y is
 */
record Product(WeightRows w, float @Nullable [] bias, int result) {

    /** Bytes of x that are gone through for each few rows of w: they should stay in the second-level cache. */
    private static final int X_BYTES = 512 << 10;

    /** One row of x: w is read once, from front to back. */
    void one(float[] x, float[] y, int from, int to, float sumOfX, Scratch own) {
        for (int row = from; row < to; ) {
            int count = Math.min(Scratch.ROWS, Math.min(to, w.w.runEnd(row)) - row);
            w.multiply(row, count, x, own);
            Lanes.sums(own.lanes, 0, count, y, row);
            row += count;
        }
        finish(y, from, to, 0, sumOfX);
    }

    /**
     * Several rows of x.
     *
     * @param x // [n, length]
     * @param length columns in whole pairs of vectors
     * @param sumsOfX // [n]
     */
    void many(float[] x, int n, int length, float[] y, int from, int to, float[] sumsOfX, Scratch own) {
        int block = Math.max(4 * Tile.COLUMNS, X_BYTES / (Float.BYTES * length) / Tile.COLUMNS * Tile.COLUMNS);
        for (int first = 0; first < n; first += block) {
            int last = Math.min(n, first + block);
            for (int row = from; row < to; row += Tile.ROWS) {
                int count = Math.min(Tile.ROWS, to - row);
                for (int i = 0; i < count; i++) {
                    w.unpack(row + i, own.panel, i * length, own);
                }
                tiles(x, first, last, length, y, row, count, own);
            }
        }
        for (int r = 0; r < n; r++) {
            int at = r * w.rows();
            finish(y, at + from, at + to, at, w.needsSumOfX() ? sumsOfX[r] : 0);
        }
    }

    /** The rows {@code first … last} of x by the rows of w in the panel. */
    private void tiles(float[] x, int first, int last, int length, float[] y, int row, int count, Scratch own) {
        int r = first;
        for (; r <= last - Tile.COLUMNS; r += Tile.COLUMNS) {
            Tile.three(own.panel, x, r * length, length, own.lanes);
            for (int i = 0; i < Tile.COLUMNS; i++) {
                Lanes.sums(own.lanes, i * Tile.ROWS * Lanes.COUNT, count, y, (r + i) * w.rows() + row);
            }
        }
        for (; r < last; r++) {
            Tile.one(own.panel, x, r * length, length, own.lanes);
            Lanes.sums(own.lanes, 0, count, y, r * w.rows() + row);
        }
    }

    /** Turns sums into results, those of one row of x whose first result stands at {@code base}. */
    private void finish(float[] y, int from, int to, int base, float sumOfX) {
        w.finish(y, from, to, sumOfX);
        if (bias != null) {
            for (int i = from; i < to; i++) {
                y[i] += bias[i - base];
            }
        }
    }
}
