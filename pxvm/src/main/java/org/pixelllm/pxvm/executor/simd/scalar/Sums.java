package org.pixelllm.pxvm.executor.simd.scalar;

/**
 * Sums of products by codes as floats, all held in locals: 16, which is what processors have registers for, and what hides
 * the time that one takes. The codes of a column's rows follow one another.
 */
final class Sums {

    /** Rows of weights. */
    static final int LINES = 16;

    private Sums() {}

    /**
     * Adds to 16 sums: one row of x.
     *
     * @param from the first column's codes, in {@code codes}
     */
    static void one(float[] codes, int from, int columns, float[] x, int xAt, float[] sums, int at) {
        float a0 = sums[at];
        float a1 = sums[at + 1];
        float a2 = sums[at + 2];
        float a3 = sums[at + 3];
        float a4 = sums[at + 4];
        float a5 = sums[at + 5];
        float a6 = sums[at + 6];
        float a7 = sums[at + 7];
        float a8 = sums[at + 8];
        float a9 = sums[at + 9];
        float a10 = sums[at + 10];
        float a11 = sums[at + 11];
        float a12 = sums[at + 12];
        float a13 = sums[at + 13];
        float a14 = sums[at + 14];
        float a15 = sums[at + 15];
        int p = from;
        for (int k = xAt; k < xAt + columns; k++, p += LINES) {
            float v = x[k];
            a0 = Math.fma(codes[p], v, a0);
            a1 = Math.fma(codes[p + 1], v, a1);
            a2 = Math.fma(codes[p + 2], v, a2);
            a3 = Math.fma(codes[p + 3], v, a3);
            a4 = Math.fma(codes[p + 4], v, a4);
            a5 = Math.fma(codes[p + 5], v, a5);
            a6 = Math.fma(codes[p + 6], v, a6);
            a7 = Math.fma(codes[p + 7], v, a7);
            a8 = Math.fma(codes[p + 8], v, a8);
            a9 = Math.fma(codes[p + 9], v, a9);
            a10 = Math.fma(codes[p + 10], v, a10);
            a11 = Math.fma(codes[p + 11], v, a11);
            a12 = Math.fma(codes[p + 12], v, a12);
            a13 = Math.fma(codes[p + 13], v, a13);
            a14 = Math.fma(codes[p + 14], v, a14);
            a15 = Math.fma(codes[p + 15], v, a15);
        }
        sums[at] = a0;
        sums[at + 1] = a1;
        sums[at + 2] = a2;
        sums[at + 3] = a3;
        sums[at + 4] = a4;
        sums[at + 5] = a5;
        sums[at + 6] = a6;
        sums[at + 7] = a7;
        sums[at + 8] = a8;
        sums[at + 9] = a9;
        sums[at + 10] = a10;
        sums[at + 11] = a11;
        sums[at + 12] = a12;
        sums[at + 13] = a13;
        sums[at + 14] = a14;
        sums[at + 15] = a15;
    }

    /** The same with four rows of x, whose sums are 16 apart. */
    static void four(
            float[] codes, int from, int columns, float[] x, int x0, int x1, int x2, int x3, float[] sums, int at) {
        for (int i = 0; i < LINES; i += 4) {
            square(codes, from + i, columns, x, x0, x1, x2, x3, sums, at + i);
        }
    }

    private static void square(
            float[] codes, int from, int columns, float[] x, int x0, int x1, int x2, int x3, float[] sums, int at) {
        float a00 = sums[at];
        float a01 = sums[at + 1];
        float a02 = sums[at + 2];
        float a03 = sums[at + 3];
        float a10 = sums[at + LINES];
        float a11 = sums[at + LINES + 1];
        float a12 = sums[at + LINES + 2];
        float a13 = sums[at + LINES + 3];
        float a20 = sums[at + 2 * LINES];
        float a21 = sums[at + 2 * LINES + 1];
        float a22 = sums[at + 2 * LINES + 2];
        float a23 = sums[at + 2 * LINES + 3];
        float a30 = sums[at + 3 * LINES];
        float a31 = sums[at + 3 * LINES + 1];
        float a32 = sums[at + 3 * LINES + 2];
        float a33 = sums[at + 3 * LINES + 3];
        int p = from;
        for (int k = 0; k < columns; k++, p += LINES) {
            float w0 = codes[p];
            float w1 = codes[p + 1];
            float w2 = codes[p + 2];
            float w3 = codes[p + 3];
            float v = x[x0 + k];
            a00 = Math.fma(w0, v, a00);
            a01 = Math.fma(w1, v, a01);
            a02 = Math.fma(w2, v, a02);
            a03 = Math.fma(w3, v, a03);
            v = x[x1 + k];
            a10 = Math.fma(w0, v, a10);
            a11 = Math.fma(w1, v, a11);
            a12 = Math.fma(w2, v, a12);
            a13 = Math.fma(w3, v, a13);
            v = x[x2 + k];
            a20 = Math.fma(w0, v, a20);
            a21 = Math.fma(w1, v, a21);
            a22 = Math.fma(w2, v, a22);
            a23 = Math.fma(w3, v, a23);
            v = x[x3 + k];
            a30 = Math.fma(w0, v, a30);
            a31 = Math.fma(w1, v, a31);
            a32 = Math.fma(w2, v, a32);
            a33 = Math.fma(w3, v, a33);
        }
        sums[at] = a00;
        sums[at + 1] = a01;
        sums[at + 2] = a02;
        sums[at + 3] = a03;
        sums[at + LINES] = a10;
        sums[at + LINES + 1] = a11;
        sums[at + LINES + 2] = a12;
        sums[at + LINES + 3] = a13;
        sums[at + 2 * LINES] = a20;
        sums[at + 2 * LINES + 1] = a21;
        sums[at + 2 * LINES + 2] = a22;
        sums[at + 2 * LINES + 3] = a23;
        sums[at + 3 * LINES] = a30;
        sums[at + 3 * LINES + 1] = a31;
        sums[at + 3 * LINES + 2] = a32;
        sums[at + 3 * LINES + 3] = a33;
    }
}
