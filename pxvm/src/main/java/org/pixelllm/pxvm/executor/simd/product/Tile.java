package org.pixelllm.pxvm.executor.simd.product;

import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;

/**
 * Four rows of weights by up to three rows of x, held in registers: each load serves several products, so that
 * multiplying bounds the speed and not reading. The twelve vectors of sums, those of x and one of weights take all of 16 registers.
 */
final class Tile {

    /** Rows of weights. */
    static final int ROWS = 4;

    /** Rows of x. */
    static final int COLUMNS = 3;

    private Tile() {}

    private static FloatVector load(float[] values, int at) {
        return FloatVector.fromArray(Lanes.FLOAT, values, at);
    }

    /**
     * Multiplies.
     *
     * @param w the rows of weights // [4, length]
     * @param x from {@code xAt}, the rows of x // [3, length]
     * @param length whole pairs of vectors
     * @param to receives a vector for each product, those of a row of x together // [3, 4, lanes]
     */
    static void three(float[] w, float[] x, int xAt, int length, float[] to) {
        FloatVector a00 = FloatVector.zero(Lanes.FLOAT);
        FloatVector a01 = a00;
        FloatVector a02 = a00;
        FloatVector a10 = a00;
        FloatVector a11 = a00;
        FloatVector a12 = a00;
        FloatVector a20 = a00;
        FloatVector a21 = a00;
        FloatVector a22 = a00;
        FloatVector a30 = a00;
        FloatVector a31 = a00;
        FloatVector a32 = a00;
        int w1 = length;
        int w2 = 2 * length;
        int w3 = 3 * length;
        int x1 = xAt + length;
        int x2 = x1 + length;
        for (int i = 0; i < length; i += Lanes.PAIR) {
            FloatVector v0 = load(x, xAt + i);
            FloatVector v1 = load(x, x1 + i);
            FloatVector v2 = load(x, x2 + i);
            FloatVector u = load(w, i);
            a00 = u.fma(v0, a00);
            a01 = u.fma(v1, a01);
            a02 = u.fma(v2, a02);
            u = load(w, w1 + i);
            a10 = u.fma(v0, a10);
            a11 = u.fma(v1, a11);
            a12 = u.fma(v2, a12);
            u = load(w, w2 + i);
            a20 = u.fma(v0, a20);
            a21 = u.fma(v1, a21);
            a22 = u.fma(v2, a22);
            u = load(w, w3 + i);
            a30 = u.fma(v0, a30);
            a31 = u.fma(v1, a31);
            a32 = u.fma(v2, a32);
            int j = i + Lanes.COUNT;
            v0 = load(x, xAt + j);
            v1 = load(x, x1 + j);
            v2 = load(x, x2 + j);
            u = load(w, j);
            a00 = u.fma(v0, a00);
            a01 = u.fma(v1, a01);
            a02 = u.fma(v2, a02);
            u = load(w, w1 + j);
            a10 = u.fma(v0, a10);
            a11 = u.fma(v1, a11);
            a12 = u.fma(v2, a12);
            u = load(w, w2 + j);
            a20 = u.fma(v0, a20);
            a21 = u.fma(v1, a21);
            a22 = u.fma(v2, a22);
            u = load(w, w3 + j);
            a30 = u.fma(v0, a30);
            a31 = u.fma(v1, a31);
            a32 = u.fma(v2, a32);
        }
        int n = Lanes.COUNT;
        a00.intoArray(to, 0);
        a10.intoArray(to, n);
        a20.intoArray(to, 2 * n);
        a30.intoArray(to, 3 * n);
        a01.intoArray(to, 4 * n);
        a11.intoArray(to, 5 * n);
        a21.intoArray(to, 6 * n);
        a31.intoArray(to, 7 * n);
        a02.intoArray(to, 8 * n);
        a12.intoArray(to, 9 * n);
        a22.intoArray(to, 10 * n);
        a32.intoArray(to, 11 * n);
    }

    /** The same for one row of x // to: [4, lanes] */
    static void one(float[] w, float[] x, int xAt, int length, float[] to) {
        FloatVector a0 = FloatVector.zero(Lanes.FLOAT);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        int w1 = length;
        int w2 = 2 * length;
        int w3 = 3 * length;
        for (int i = 0; i < length; i += Lanes.PAIR) {
            FloatVector v = load(x, xAt + i);
            a0 = load(w, i).fma(v, a0);
            a1 = load(w, w1 + i).fma(v, a1);
            a2 = load(w, w2 + i).fma(v, a2);
            a3 = load(w, w3 + i).fma(v, a3);
            int j = i + Lanes.COUNT;
            v = load(x, xAt + j);
            a0 = load(w, j).fma(v, a0);
            a1 = load(w, w1 + j).fma(v, a1);
            a2 = load(w, w2 + j).fma(v, a2);
            a3 = load(w, w3 + j).fma(v, a3);
        }
        int n = Lanes.COUNT;
        a0.intoArray(to, 0);
        a1.intoArray(to, n);
        a2.intoArray(to, 2 * n);
        a3.intoArray(to, 3 * n);
    }
}
