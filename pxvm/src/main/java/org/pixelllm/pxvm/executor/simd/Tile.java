package org.pixelllm.pxvm.executor.simd;

import jdk.incubator.vector.FloatVector;

/**
 * Four rows of weights by up to three rows of x, held in registers: each load serves several products, so that
 * multiplying bounds the speed and not reading. With three rows of x there are 24 vectors of sums, which leaves room for
 * what is loaded where there are 32 registers.
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
        FloatVector b00 = a00;
        FloatVector b01 = a00;
        FloatVector b02 = a00;
        FloatVector b10 = a00;
        FloatVector b11 = a00;
        FloatVector b12 = a00;
        FloatVector b20 = a00;
        FloatVector b21 = a00;
        FloatVector b22 = a00;
        FloatVector b30 = a00;
        FloatVector b31 = a00;
        FloatVector b32 = a00;
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
            b00 = u.fma(v0, b00);
            b01 = u.fma(v1, b01);
            b02 = u.fma(v2, b02);
            u = load(w, w1 + j);
            b10 = u.fma(v0, b10);
            b11 = u.fma(v1, b11);
            b12 = u.fma(v2, b12);
            u = load(w, w2 + j);
            b20 = u.fma(v0, b20);
            b21 = u.fma(v1, b21);
            b22 = u.fma(v2, b22);
            u = load(w, w3 + j);
            b30 = u.fma(v0, b30);
            b31 = u.fma(v1, b31);
            b32 = u.fma(v2, b32);
        }
        int n = Lanes.COUNT;
        a00.add(b00).intoArray(to, 0);
        a10.add(b10).intoArray(to, n);
        a20.add(b20).intoArray(to, 2 * n);
        a30.add(b30).intoArray(to, 3 * n);
        a01.add(b01).intoArray(to, 4 * n);
        a11.add(b11).intoArray(to, 5 * n);
        a21.add(b21).intoArray(to, 6 * n);
        a31.add(b31).intoArray(to, 7 * n);
        a02.add(b02).intoArray(to, 8 * n);
        a12.add(b12).intoArray(to, 9 * n);
        a22.add(b22).intoArray(to, 10 * n);
        a32.add(b32).intoArray(to, 11 * n);
    }

    /** The same for one row of x // to: [4, lanes] */
    static void one(float[] w, float[] x, int xAt, int length, float[] to) {
        FloatVector a0 = FloatVector.zero(Lanes.FLOAT);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
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
            b0 = load(w, j).fma(v, b0);
            b1 = load(w, w1 + j).fma(v, b1);
            b2 = load(w, w2 + j).fma(v, b2);
            b3 = load(w, w3 + j).fma(v, b3);
        }
        int n = Lanes.COUNT;
        a0.add(b0).intoArray(to, 0);
        a1.add(b1).intoArray(to, n);
        a2.add(b2).intoArray(to, 2 * n);
        a3.add(b3).intoArray(to, 3 * n);
    }
}
