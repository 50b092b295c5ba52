package org.pixelllm.pxvm.executor.simd.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * A mix of rows: {@code y += Σ weights[r] · values[r]}, each column summed in the order of the rows. Several vectors
 * of columns are summed at once: their chains of additions run side by side. Not safe for use by several threads at once.
 */
public final class Mix {

    private int masked = -1; // columns that the mask is for
    private VectorMask<Float> tail = Lanes.FLOAT.maskAll(false);

    /**
     * Mixes.
     *
     * @param weights from {@code first} on
     * @param values rows that begin at {@code from} and every {@code step} after it
     * @param columns of each
     * @param y has the sums so far from {@code at} on
     */
    public void apply(
            float[] weights, int first, int rows, float[] values, int from, int step, int columns, float[] y, int at) {
        int whole = columns / Lanes.COUNT * Lanes.COUNT;
        int i = 0;
        for (; i <= whole - 4 * Lanes.COUNT; i += 4 * Lanes.COUNT) {
            four(weights, first, rows, values, from + i, step, y, at + i);
        }
        for (; i <= whole - 2 * Lanes.COUNT; i += 2 * Lanes.COUNT) {
            two(weights, first, rows, values, from + i, step, y, at + i);
        }
        for (; i < whole; i += Lanes.COUNT) {
            one(weights, first, rows, values, from + i, step, y, at + i);
        }
        if (whole < columns) {
            if (masked != columns) {
                masked = columns;
                tail = Lanes.FLOAT.indexInRange(whole, columns);
            }
            rest(weights, first, rows, values, from + whole, step, y, at + whole, tail);
        }
    }

    private static void one(
            float[] weights, int first, int rows, float[] values, int from, int step, float[] y, int at) {
        FloatVector a = FloatVector.fromArray(Lanes.FLOAT, y, at);
        for (int r = 0, p = from; r < rows; r++, p += step) {
            FloatVector w = FloatVector.broadcast(Lanes.FLOAT, weights[first + r]);
            a = FloatVector.fromArray(Lanes.FLOAT, values, p).fma(w, a);
        }
        a.intoArray(y, at);
    }

    private static void two(
            float[] weights, int first, int rows, float[] values, int from, int step, float[] y, int at) {
        FloatVector a = FloatVector.fromArray(Lanes.FLOAT, y, at);
        FloatVector b = FloatVector.fromArray(Lanes.FLOAT, y, at + Lanes.COUNT);
        for (int r = 0, p = from; r < rows; r++, p += step) {
            FloatVector w = FloatVector.broadcast(Lanes.FLOAT, weights[first + r]);
            a = FloatVector.fromArray(Lanes.FLOAT, values, p).fma(w, a);
            b = FloatVector.fromArray(Lanes.FLOAT, values, p + Lanes.COUNT).fma(w, b);
        }
        a.intoArray(y, at);
        b.intoArray(y, at + Lanes.COUNT);
    }

    private static void four(
            float[] weights, int first, int rows, float[] values, int from, int step, float[] y, int at) {
        FloatVector a = FloatVector.fromArray(Lanes.FLOAT, y, at);
        FloatVector b = FloatVector.fromArray(Lanes.FLOAT, y, at + Lanes.COUNT);
        FloatVector c = FloatVector.fromArray(Lanes.FLOAT, y, at + 2 * Lanes.COUNT);
        FloatVector d = FloatVector.fromArray(Lanes.FLOAT, y, at + 3 * Lanes.COUNT);
        for (int r = 0, p = from; r < rows; r++, p += step) {
            FloatVector w = FloatVector.broadcast(Lanes.FLOAT, weights[first + r]);
            a = FloatVector.fromArray(Lanes.FLOAT, values, p).fma(w, a);
            b = FloatVector.fromArray(Lanes.FLOAT, values, p + Lanes.COUNT).fma(w, b);
            c = FloatVector.fromArray(Lanes.FLOAT, values, p + 2 * Lanes.COUNT).fma(w, c);
            d = FloatVector.fromArray(Lanes.FLOAT, values, p + 3 * Lanes.COUNT).fma(w, d);
        }
        a.intoArray(y, at);
        b.intoArray(y, at + Lanes.COUNT);
        c.intoArray(y, at + 2 * Lanes.COUNT);
        d.intoArray(y, at + 3 * Lanes.COUNT);
    }

    /** For the lanes of an incomplete vector. */
    private static void rest(
            float[] weights,
            int first,
            int rows,
            float[] values,
            int from,
            int step,
            float[] y,
            int at,
            VectorMask<Float> lanes) {
        FloatVector a = FloatVector.fromArray(Lanes.FLOAT, y, at, lanes);
        for (int r = 0, p = from; r < rows; r++, p += step) {
            FloatVector w = FloatVector.broadcast(Lanes.FLOAT, weights[first + r]);
            a = FloatVector.fromArray(Lanes.FLOAT, values, p, lanes).fma(w, a);
        }
        a.intoArray(y, at, lanes);
    }
}
