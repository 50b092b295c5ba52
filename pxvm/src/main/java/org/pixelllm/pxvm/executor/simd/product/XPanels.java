package org.pixelllm.pxvm.executor.simd.product;

import java.util.Arrays;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.RegisterTile;
import org.pixelllm.pxvm.executor.simd.vector.Transposition;

/**
 * Rows of x as {@link PanelTile} takes them: of a column, the values of all rows of a panel lie in a few vectors, and
 * columns stand in the order in which a dot product is summed (see {@link Lanes}): those of one lane together, lanes in an
 * order in which the partners of every addition follow one another.
 */
public final class XPanels {

    /** Rows of x that fill a panel less than this are multiplied faster without one. */
    static final int LEAST = 12;

    /** The lanes in the order of the panel // [lanes] */
    private static final int[] ORDER = order();

    private final float[] square = new float[Transposition.SIDE * Transposition.SIDE];
    private float[] values = {};
    private int rows;
    private int steps;

    private static int[] order() {
        int[] order = new int[Lanes.COUNT];
        int bits = Integer.numberOfTrailingZeros(Lanes.COUNT);
        for (int i = 0; i < order.length; i++) {
            order[i] = Integer.reverse(i) >>> (Integer.SIZE - bits);
        }
        return order;
    }

    /** The lane that comes at a place. */
    static int lane(int place) {
        return ORDER[place];
    }

    /** How many of n rows of x are worth packing: the last few may not be. */
    public static int worth(int n) {
        int rest = n % RegisterTile.WIDE;
        return rest < LEAST ? n - rest : n;
    }

    /** Rows of x, filled up with zeros, in the panel that begins with a row. */
    int width(int row) {
        return rows - row <= RegisterTile.NARROW ? RegisterTile.NARROW : RegisterTile.WIDE;
    }

    /** Rows of x in the panels. */
    int rows() {
        return rows;
    }

    /** Columns of one lane. */
    int steps() {
        return steps;
    }

    /** The panels, one after the other; that of a row begins at {@link #at} // [lanes, steps, width] each */
    float[] values() {
        return values;
    }

    /** Where the panel begins that begins with a row. */
    int at(int row) {
        return row * steps * Lanes.COUNT;
    }

    /**
     * Packs rows of x in place of what was here.
     *
     * @param x // [at least rows, columns]
     * @param columns in whole vectors
     */
    public void pack(float[] x, int rows, int columns) {
        this.rows = rows;
        this.steps = columns / Lanes.COUNT;
        int size = Math.ceilDiv(rows, RegisterTile.NARROW) * RegisterTile.NARROW * columns;
        if (values.length < size) {
            values = new float[size];
        }
        for (int row = 0; row < rows; row += RegisterTile.WIDE) {
            int width = width(row);
            int count = Math.min(width, rows - row);
            int at = at(row);
            int squares = Transposition.FITS ? count / Transposition.SIDE * Transposition.SIDE : 0;
            for (int i = 0; i < squares; i += Transposition.SIDE) {
                for (int step = 0; step < steps; step++) {
                    int from = (row + i) * columns + step * Lanes.COUNT;
                    Transposition.square(x, from, columns, values, at + step * width + i, ORDER, steps * width, square);
                }
            }
            if (squares < width) {
                pack(x, row, columns, squares, count, width);
            }
        }
    }

    /** The rows {@code from … to} of a panel, value by value, and zeros after them. */
    private void pack(float[] x, int row, int columns, int from, int to, int width) {
        int at = at(row);
        for (int place = 0; place < Lanes.COUNT; place++) {
            for (int step = 0; step < steps; step++, at += width) {
                int p = (row + from) * columns + step * Lanes.COUNT + ORDER[place];
                for (int i = from; i < to; i++, p += columns) {
                    values[at + i] = x[p];
                }
                Arrays.fill(values, at + to, at + width, 0);
            }
        }
    }
}
