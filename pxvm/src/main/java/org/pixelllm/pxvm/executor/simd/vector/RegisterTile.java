package org.pixelllm.pxvm.executor.simd.vector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/**
 * A few rows of a by a panel of b, all sums held in registers: each vector of b serves as many products as there are rows,
 * each element of a as many as the panel has vectors. Of 16 registers four rows by two vectors take 11, and reached 95 % of
 * an AVX2 processor's peak; larger tiles fit on paper, but the compiler spills: six by two reached 42 %, five by two 33 %. Of
 * 32 registers five by four take 25.
 *
 * <p>The parameters of all: a, of which element (i, p) stands at {@code aAt + i · rowStep + p · step}; b from byte
 * {@code bAt}, k rows of the panel; c from {@code at}, its rows n apart; whether to add to what c holds. Panels are in
 * native memory, each row where a cache line begins: of a Java array's vectors, which straddle lines, a product takes a
 * quarter more time.
 */
public final class RegisterTile {

    /** Bytes that a panel is aligned to: a cache line. */
    public static final int ALIGNMENT = 64;

    private static final boolean FIVE = Lanes.REGISTERS == 32;

    /** Rows of a. */
    public static final int ROWS = FIVE ? 5 : 4;

    /** Columns of a narrow panel. */
    public static final int NARROW = 2 * Lanes.COUNT;

    /** Columns of a wide panel. */
    public static final int WIDE = FIVE ? 4 * Lanes.COUNT : NARROW;

    private static final long VECTOR = (long) Float.BYTES * Lanes.COUNT;

    private RegisterTile() {}

    /** Columns of the panel that begins at a column: a wide one, or a narrow one where that holds all that is left. */
    public static int width(int columns, int at) {
        return columns - at <= NARROW ? NARROW : WIDE;
    }

    private static FloatVector load(float[] values, int at) {
        return FloatVector.fromArray(Lanes.FLOAT, values, at);
    }

    private static FloatVector load(MemorySegment panel, long at) {
        return FloatVector.fromMemorySegment(Lanes.FLOAT, panel, at, ByteOrder.LITTLE_ENDIAN);
    }

    private static FloatVector start(float[] c, int at, boolean add) {
        return add ? load(c, at) : FloatVector.zero(Lanes.FLOAT);
    }

    /** Four vectors of columns; only where {@link #WIDE} is that many. */
    public static void wide(
            float[] a,
            int aAt,
            int rowStep,
            int step,
            MemorySegment b,
            long bAt,
            int k,
            float[] c,
            int at,
            int n,
            boolean add) {
        FloatVector c00 = start(c, at, add);
        FloatVector c01 = start(c, at + Lanes.COUNT, add);
        FloatVector c02 = start(c, at + 2 * Lanes.COUNT, add);
        FloatVector c03 = start(c, at + 3 * Lanes.COUNT, add);
        FloatVector c10 = start(c, at + n, add);
        FloatVector c11 = start(c, at + n + Lanes.COUNT, add);
        FloatVector c12 = start(c, at + n + 2 * Lanes.COUNT, add);
        FloatVector c13 = start(c, at + n + 3 * Lanes.COUNT, add);
        FloatVector c20 = start(c, at + 2 * n, add);
        FloatVector c21 = start(c, at + 2 * n + Lanes.COUNT, add);
        FloatVector c22 = start(c, at + 2 * n + 2 * Lanes.COUNT, add);
        FloatVector c23 = start(c, at + 2 * n + 3 * Lanes.COUNT, add);
        FloatVector c30 = start(c, at + 3 * n, add);
        FloatVector c31 = start(c, at + 3 * n + Lanes.COUNT, add);
        FloatVector c32 = start(c, at + 3 * n + 2 * Lanes.COUNT, add);
        FloatVector c33 = start(c, at + 3 * n + 3 * Lanes.COUNT, add);
        FloatVector c40 = start(c, at + 4 * n, add);
        FloatVector c41 = start(c, at + 4 * n + Lanes.COUNT, add);
        FloatVector c42 = start(c, at + 4 * n + 2 * Lanes.COUNT, add);
        FloatVector c43 = start(c, at + 4 * n + 3 * Lanes.COUNT, add);
        int a1 = aAt + rowStep;
        int a2 = aAt + 2 * rowStep;
        int a3 = aAt + 3 * rowStep;
        int a4 = aAt + 4 * rowStep;
        int left = 0;
        long right = bAt;
        for (int p = 0; p < k; p++, left += step, right += 4 * VECTOR) {
            FloatVector b0 = load(b, right);
            FloatVector b1 = load(b, right + VECTOR);
            FloatVector b2 = load(b, right + 2 * VECTOR);
            FloatVector b3 = load(b, right + 3 * VECTOR);
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, a[aAt + left]);
            c00 = v.fma(b0, c00);
            c01 = v.fma(b1, c01);
            c02 = v.fma(b2, c02);
            c03 = v.fma(b3, c03);
            v = FloatVector.broadcast(Lanes.FLOAT, a[a1 + left]);
            c10 = v.fma(b0, c10);
            c11 = v.fma(b1, c11);
            c12 = v.fma(b2, c12);
            c13 = v.fma(b3, c13);
            v = FloatVector.broadcast(Lanes.FLOAT, a[a2 + left]);
            c20 = v.fma(b0, c20);
            c21 = v.fma(b1, c21);
            c22 = v.fma(b2, c22);
            c23 = v.fma(b3, c23);
            v = FloatVector.broadcast(Lanes.FLOAT, a[a3 + left]);
            c30 = v.fma(b0, c30);
            c31 = v.fma(b1, c31);
            c32 = v.fma(b2, c32);
            c33 = v.fma(b3, c33);
            v = FloatVector.broadcast(Lanes.FLOAT, a[a4 + left]);
            c40 = v.fma(b0, c40);
            c41 = v.fma(b1, c41);
            c42 = v.fma(b2, c42);
            c43 = v.fma(b3, c43);
        }
        c00.intoArray(c, at);
        c01.intoArray(c, at + Lanes.COUNT);
        c02.intoArray(c, at + 2 * Lanes.COUNT);
        c03.intoArray(c, at + 3 * Lanes.COUNT);
        c10.intoArray(c, at + n);
        c11.intoArray(c, at + n + Lanes.COUNT);
        c12.intoArray(c, at + n + 2 * Lanes.COUNT);
        c13.intoArray(c, at + n + 3 * Lanes.COUNT);
        c20.intoArray(c, at + 2 * n);
        c21.intoArray(c, at + 2 * n + Lanes.COUNT);
        c22.intoArray(c, at + 2 * n + 2 * Lanes.COUNT);
        c23.intoArray(c, at + 2 * n + 3 * Lanes.COUNT);
        c30.intoArray(c, at + 3 * n);
        c31.intoArray(c, at + 3 * n + Lanes.COUNT);
        c32.intoArray(c, at + 3 * n + 2 * Lanes.COUNT);
        c33.intoArray(c, at + 3 * n + 3 * Lanes.COUNT);
        c40.intoArray(c, at + 4 * n);
        c41.intoArray(c, at + 4 * n + Lanes.COUNT);
        c42.intoArray(c, at + 4 * n + 2 * Lanes.COUNT);
        c43.intoArray(c, at + 4 * n + 3 * Lanes.COUNT);
    }

    /** Two vectors of columns. */
    public static void narrow(
            float[] a,
            int aAt,
            int rowStep,
            int step,
            MemorySegment b,
            long bAt,
            int k,
            float[] c,
            int at,
            int n,
            boolean add) {
        if (FIVE) {
            five(a, aAt, rowStep, step, b, bAt, k, c, at, n, add);
        } else if (step == 1) {
            four(a, aAt, rowStep, b, bAt, k, c, at, n, add);
        } else if (rowStep == 1 && step == ROWS) {
            together(a, aAt, b, bAt, k, c, at, n, add);
        } else if (rowStep == 1) {
            across(a, aAt, step, b, bAt, k, c, at, n, add);
        } else {
            for (int i = 0; i < ROWS; i++) {
                row(a, aAt + i * rowStep, step, b, bAt, NARROW, k, c, at + i * n, add);
            }
        }
    }

    /** Four rows, whose elements follow one another, by two vectors of columns. */
    private static void four(
            float[] a, int aAt, int rowStep, MemorySegment b, long bAt, int k, float[] c, int at, int n, boolean add) {
        FloatVector c00 = start(c, at, add);
        FloatVector c01 = start(c, at + Lanes.COUNT, add);
        FloatVector c10 = start(c, at + n, add);
        FloatVector c11 = start(c, at + n + Lanes.COUNT, add);
        FloatVector c20 = start(c, at + 2 * n, add);
        FloatVector c21 = start(c, at + 2 * n + Lanes.COUNT, add);
        FloatVector c30 = start(c, at + 3 * n, add);
        FloatVector c31 = start(c, at + 3 * n + Lanes.COUNT, add);
        int a1 = aAt + rowStep;
        int a2 = a1 + rowStep;
        int a3 = a2 + rowStep;
        long right = bAt;
        for (int p = 0; p < k; p++, right += 2 * VECTOR) {
            FloatVector b0 = load(b, right);
            FloatVector b1 = load(b, right + VECTOR);
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, a[aAt + p]);
            c00 = v.fma(b0, c00);
            c01 = v.fma(b1, c01);
            v = FloatVector.broadcast(Lanes.FLOAT, a[a1 + p]);
            c10 = v.fma(b0, c10);
            c11 = v.fma(b1, c11);
            v = FloatVector.broadcast(Lanes.FLOAT, a[a2 + p]);
            c20 = v.fma(b0, c20);
            c21 = v.fma(b1, c21);
            v = FloatVector.broadcast(Lanes.FLOAT, a[a3 + p]);
            c30 = v.fma(b0, c30);
            c31 = v.fma(b1, c31);
        }
        c00.intoArray(c, at);
        c01.intoArray(c, at + Lanes.COUNT);
        c10.intoArray(c, at + n);
        c11.intoArray(c, at + n + Lanes.COUNT);
        c20.intoArray(c, at + 2 * n);
        c21.intoArray(c, at + 2 * n + Lanes.COUNT);
        c30.intoArray(c, at + 3 * n);
        c31.intoArray(c, at + 3 * n + Lanes.COUNT);
    }

    /** Four rows that stand across: their elements of one column follow one another. */
    private static void across(
            float[] a, int aAt, int step, MemorySegment b, long bAt, int k, float[] c, int at, int n, boolean add) {
        FloatVector c00 = start(c, at, add);
        FloatVector c01 = start(c, at + Lanes.COUNT, add);
        FloatVector c10 = start(c, at + n, add);
        FloatVector c11 = start(c, at + n + Lanes.COUNT, add);
        FloatVector c20 = start(c, at + 2 * n, add);
        FloatVector c21 = start(c, at + 2 * n + Lanes.COUNT, add);
        FloatVector c30 = start(c, at + 3 * n, add);
        FloatVector c31 = start(c, at + 3 * n + Lanes.COUNT, add);
        long right = bAt;
        for (int p = 0, left = aAt; p < k; p++, left += step, right += 2 * VECTOR) {
            FloatVector b0 = load(b, right);
            FloatVector b1 = load(b, right + VECTOR);
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, a[left]);
            c00 = v.fma(b0, c00);
            c01 = v.fma(b1, c01);
            v = FloatVector.broadcast(Lanes.FLOAT, a[left + 1]);
            c10 = v.fma(b0, c10);
            c11 = v.fma(b1, c11);
            v = FloatVector.broadcast(Lanes.FLOAT, a[left + 2]);
            c20 = v.fma(b0, c20);
            c21 = v.fma(b1, c21);
            v = FloatVector.broadcast(Lanes.FLOAT, a[left + 3]);
            c30 = v.fma(b0, c30);
            c31 = v.fma(b1, c31);
        }
        c00.intoArray(c, at);
        c01.intoArray(c, at + Lanes.COUNT);
        c10.intoArray(c, at + n);
        c11.intoArray(c, at + n + Lanes.COUNT);
        c20.intoArray(c, at + 2 * n);
        c21.intoArray(c, at + 2 * n + Lanes.COUNT);
        c30.intoArray(c, at + 3 * n);
        c31.intoArray(c, at + 3 * n + Lanes.COUNT);
    }

    /** Four rows that stand across, their columns one after the other: nothing stands between them. */
    private static void together(
            float[] a, int aAt, MemorySegment b, long bAt, int k, float[] c, int at, int n, boolean add) {
        FloatVector c00 = start(c, at, add);
        FloatVector c01 = start(c, at + Lanes.COUNT, add);
        FloatVector c10 = start(c, at + n, add);
        FloatVector c11 = start(c, at + n + Lanes.COUNT, add);
        FloatVector c20 = start(c, at + 2 * n, add);
        FloatVector c21 = start(c, at + 2 * n + Lanes.COUNT, add);
        FloatVector c30 = start(c, at + 3 * n, add);
        FloatVector c31 = start(c, at + 3 * n + Lanes.COUNT, add);
        long right = bAt;
        for (int p = 0; p < k; p++, right += 2 * VECTOR) {
            FloatVector b0 = load(b, right);
            FloatVector b1 = load(b, right + VECTOR);
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, a[aAt + 4 * p]);
            c00 = v.fma(b0, c00);
            c01 = v.fma(b1, c01);
            v = FloatVector.broadcast(Lanes.FLOAT, a[aAt + 4 * p + 1]);
            c10 = v.fma(b0, c10);
            c11 = v.fma(b1, c11);
            v = FloatVector.broadcast(Lanes.FLOAT, a[aAt + 4 * p + 2]);
            c20 = v.fma(b0, c20);
            c21 = v.fma(b1, c21);
            v = FloatVector.broadcast(Lanes.FLOAT, a[aAt + 4 * p + 3]);
            c30 = v.fma(b0, c30);
            c31 = v.fma(b1, c31);
        }
        c00.intoArray(c, at);
        c01.intoArray(c, at + Lanes.COUNT);
        c10.intoArray(c, at + n);
        c11.intoArray(c, at + n + Lanes.COUNT);
        c20.intoArray(c, at + 2 * n);
        c21.intoArray(c, at + 2 * n + Lanes.COUNT);
        c30.intoArray(c, at + 3 * n);
        c31.intoArray(c, at + 3 * n + Lanes.COUNT);
    }

    /** Five rows by two vectors of columns. */
    private static void five(
            float[] a,
            int aAt,
            int rowStep,
            int step,
            MemorySegment b,
            long bAt,
            int k,
            float[] c,
            int at,
            int n,
            boolean add) {
        FloatVector c00 = start(c, at, add);
        FloatVector c01 = start(c, at + Lanes.COUNT, add);
        FloatVector c10 = start(c, at + n, add);
        FloatVector c11 = start(c, at + n + Lanes.COUNT, add);
        FloatVector c20 = start(c, at + 2 * n, add);
        FloatVector c21 = start(c, at + 2 * n + Lanes.COUNT, add);
        FloatVector c30 = start(c, at + 3 * n, add);
        FloatVector c31 = start(c, at + 3 * n + Lanes.COUNT, add);
        FloatVector c40 = start(c, at + 4 * n, add);
        FloatVector c41 = start(c, at + 4 * n + Lanes.COUNT, add);
        int a1 = aAt + rowStep;
        int a2 = aAt + 2 * rowStep;
        int a3 = aAt + 3 * rowStep;
        int a4 = aAt + 4 * rowStep;
        int left = 0;
        long right = bAt;
        for (int p = 0; p < k; p++, left += step, right += 2 * VECTOR) {
            FloatVector b0 = load(b, right);
            FloatVector b1 = load(b, right + VECTOR);
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, a[aAt + left]);
            c00 = v.fma(b0, c00);
            c01 = v.fma(b1, c01);
            v = FloatVector.broadcast(Lanes.FLOAT, a[a1 + left]);
            c10 = v.fma(b0, c10);
            c11 = v.fma(b1, c11);
            v = FloatVector.broadcast(Lanes.FLOAT, a[a2 + left]);
            c20 = v.fma(b0, c20);
            c21 = v.fma(b1, c21);
            v = FloatVector.broadcast(Lanes.FLOAT, a[a3 + left]);
            c30 = v.fma(b0, c30);
            c31 = v.fma(b1, c31);
            v = FloatVector.broadcast(Lanes.FLOAT, a[a4 + left]);
            c40 = v.fma(b0, c40);
            c41 = v.fma(b1, c41);
        }
        c00.intoArray(c, at);
        c01.intoArray(c, at + Lanes.COUNT);
        c10.intoArray(c, at + n);
        c11.intoArray(c, at + n + Lanes.COUNT);
        c20.intoArray(c, at + 2 * n);
        c21.intoArray(c, at + 2 * n + Lanes.COUNT);
        c30.intoArray(c, at + 3 * n);
        c31.intoArray(c, at + 3 * n + Lanes.COUNT);
        c40.intoArray(c, at + 4 * n);
        c41.intoArray(c, at + 4 * n + Lanes.COUNT);
    }

    /** One row of a by two vectors of columns of a panel whose rows are {@code width} apart. */
    public static void row(
            float[] a, int aAt, int step, MemorySegment b, long bAt, int width, int k, float[] c, int at, boolean add) {
        FloatVector c0 = start(c, at, add);
        FloatVector c1 = start(c, at + Lanes.COUNT, add);
        int left = aAt;
        long right = bAt;
        for (int p = 0; p < k; p++, left += step, right += width * (long) Float.BYTES) {
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, a[left]);
            c0 = v.fma(load(b, right), c0);
            c1 = v.fma(load(b, right + VECTOR), c1);
        }
        c0.intoArray(c, at);
        c1.intoArray(c, at + Lanes.COUNT);
    }
}
