package org.pixelllm.pxvm.executor.simd.product;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.simd.rows.WeightRows;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.RegisterTile;
import org.pixelllm.pxvm.executor.simd.vector.Scratch;
import org.pixelllm.pxvm.executor.simd.vector.Transposition;

/**
 * {@code y[r, o] = x[r]·w[o] + b[o]} for some of w's rows. The bits of a dot product do not depend on how many rows of x
 * and of w are taken together.
 *
 * @param w the weights // [o, i]
 * @param bias // [o], or null
 * @param result the tensor that y is
 */
public record Product(WeightRows w, float @Nullable [] bias, int result) {

    /** Bytes of x that are gone through for each few rows of w: they should stay in the second-level cache. */
    private static final int X_BYTES = 512 << 10;

    /** Places of w that are read at once. */
    private static final int STREAMS = 4;

    private static final int[] IN_ORDER = IntStream.range(0, Transposition.SIDE).toArray();

    /** Rows of each stream whose sums are made together. */
    private static final int GROUP = Scratch.ROWS / STREAMS;

    /** What a thread needs for products whose x is at most this wide, padded. */
    public static Scratch scratch(int columns) {
        return new Scratch(PanelTile.GROUP * columns, PanelTile.STACK);
    }

    /** How many rows of w are taken together where x has n rows: a thread's share should be a multiple. */
    public static int together(int n) {
        return n == 1 ? Scratch.ROWS : PanelTile.GROUP;
    }

    /**
     * One row of x. The rows of w are read in four streams, each from front to back: one stream alone, and four that lie
     * close together, were measured at two thirds of the speed.
     */
    public void one(float[] x, float[] y, int from, int to, float sumOfX, Scratch own) {
        int apart = Math.ceilDiv(to - from, STREAMS);
        int last = to - 1;
        for (int row = from; row < from + apart; row += GROUP) {
            // Sums are made of several groups at once: one waits for the vectors that were just written.
            int count = Math.min(GROUP, from + apart - row);
            for (int i = 0; i < count; i++) {
                // Where the rows do not come out even, the last one is computed more than once.
                int second = Math.min(row + i + apart, last);
                int third = Math.min(second + apart, last);
                int fourth = Math.min(third + apart, last);
                w.multiply(row + i, second, third, fourth, x, own, i * STREAMS * Lanes.COUNT);
            }
            Lanes.sums(own.lanes, 0, count * STREAMS, own.sums, 0);
            for (int i = 0; i < count; i++) {
                for (int stream = 0; stream < STREAMS; stream++) {
                    y[Math.min(row + i + stream * apart, last)] = own.sums[i * STREAMS + stream];
                }
            }
        }
        finish(y, from, to, 0, sumOfX);
    }

    /**
     * Several rows of x: those in panels by large tiles, the rest by small ones.
     *
     * @param panels of the first rows of x
     * @param x // [n, length]
     * @param length columns in whole pairs of vectors
     * @param sumsOfX // [n]
     */
    public void many(
            XPanels panels, float[] x, int n, int length, float[] y, int from, int to, float[] sumsOfX, Scratch own) {
        int block =
                Math.max(RegisterTile.WIDE, X_BYTES / (Float.BYTES * length) / RegisterTile.WIDE * RegisterTile.WIDE);
        for (int first = 0; first < panels.rows(); first += block) {
            int last = Math.min(panels.rows(), first + block);
            for (int row = from; row < to; row += PanelTile.GROUP) {
                unpack(row, Math.min(PanelTile.GROUP, to - row), length, own);
                for (int r = first; r < last; r += RegisterTile.WIDE) {
                    group(panels, r, Math.min(RegisterTile.WIDE, last - r), length, y, row, to, own);
                }
            }
        }
        for (int row = from; row < to && panels.rows() < n; row += Tile.ROWS) {
            int count = Math.min(Tile.ROWS, to - row);
            unpack(row, count, length, own);
            tiles(x, panels.rows(), n, length, y, row, count, own);
        }
        for (int r = 0; r < n; r++) {
            int at = r * w.rows();
            finish(y, at + from, at + to, at, w.needsSumOfX() ? sumsOfX[r] : 0);
        }
    }

    private void unpack(int row, int count, int length, Scratch own) {
        for (int i = 0; i < count; i++) {
            w.unpack(row + i, own.panel, i * length, own);
        }
    }

    /** A group of rows of w, or those up to {@code to}, by n rows of x from {@code r} on, all in one panel. */
    private void group(XPanels panels, int r, int n, int length, float[] y, int row, int to, Scratch own) {
        int width = panels.width(r);
        int count = Math.min(PanelTile.GROUP, to - row);
        for (int i = 0; i < count; i += PanelTile.ROWS) {
            PanelTile.multiply(own.panel, i * length, length, panels, r, own.stack, i * width);
        }
        int at = r * w.rows() + row;
        int turned = 0;
        // A square has a row more than a group: what it writes there, the next group writes anew.
        if (Transposition.FITS && to - row >= Transposition.SIDE) {
            for (; turned <= n - Transposition.SIDE; turned += Transposition.SIDE) {
                Transposition.square(
                        own.stack, turned, width, y, at + turned * w.rows(), IN_ORDER, w.rows(), own.square);
            }
        }
        for (; turned < n; turned++) {
            for (int i = 0; i < count; i++) {
                y[at + turned * w.rows() + i] = own.stack[i * width + turned];
            }
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
