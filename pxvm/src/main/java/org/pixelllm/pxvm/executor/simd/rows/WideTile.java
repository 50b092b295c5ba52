package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.weights.BlockCodec;

/**
 * Four rows of x by four vectors of weights: 16 sums, 4 weights and a value of x are 21 of 32 registers. The sums of a row of x are
 * {@link Quad#WIDTH} apart.
 */
final class WideTile {

    private WideTile() {}

    /** Adds the products of columns that stand for themselves. */
    static void columns(
            MemorySegment memory,
            long p0,
            long p1,
            long p2,
            long p3,
            int columns,
            float[] x,
            int x0,
            int x1,
            int x2,
            int x3,
            float[] sums,
            int at) {
        memory.get(Quad.PLAIN, p0);
        FloatVector a00 = FloatVector.fromArray(Lanes.FLOAT, sums, at);
        FloatVector a01 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Lanes.COUNT);
        FloatVector a02 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Lanes.COUNT);
        FloatVector a03 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Lanes.COUNT);
        FloatVector a10 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH);
        FloatVector a11 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + Lanes.COUNT);
        FloatVector a12 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + 2 * Lanes.COUNT);
        FloatVector a13 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + 3 * Lanes.COUNT);
        FloatVector a20 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH);
        FloatVector a21 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        FloatVector a22 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + 2 * Lanes.COUNT);
        FloatVector a23 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + 3 * Lanes.COUNT);
        FloatVector a30 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH);
        FloatVector a31 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
        FloatVector a32 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + 2 * Lanes.COUNT);
        FloatVector a33 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + 3 * Lanes.COUNT);
        long k = 0;
        for (int i = 0; i < columns; i++, k += Quad.LINE) {
            FloatVector w0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p0 + k, Quad.LITTLE);
            FloatVector w1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p1 + k, Quad.LITTLE);
            FloatVector w2 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p2 + k, Quad.LITTLE);
            FloatVector w3 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p3 + k, Quad.LITTLE);
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, x[x0 + i]);
            a00 = w0.fma(v, a00);
            a01 = w1.fma(v, a01);
            a02 = w2.fma(v, a02);
            a03 = w3.fma(v, a03);
            v = FloatVector.broadcast(Lanes.FLOAT, x[x1 + i]);
            a10 = w0.fma(v, a10);
            a11 = w1.fma(v, a11);
            a12 = w2.fma(v, a12);
            a13 = w3.fma(v, a13);
            v = FloatVector.broadcast(Lanes.FLOAT, x[x2 + i]);
            a20 = w0.fma(v, a20);
            a21 = w1.fma(v, a21);
            a22 = w2.fma(v, a22);
            a23 = w3.fma(v, a23);
            v = FloatVector.broadcast(Lanes.FLOAT, x[x3 + i]);
            a30 = w0.fma(v, a30);
            a31 = w1.fma(v, a31);
            a32 = w2.fma(v, a32);
            a33 = w3.fma(v, a33);
        }
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + Lanes.COUNT);
        a02.intoArray(sums, at + 2 * Lanes.COUNT);
        a03.intoArray(sums, at + 3 * Lanes.COUNT);
        a10.intoArray(sums, at + Quad.WIDTH);
        a11.intoArray(sums, at + Quad.WIDTH + Lanes.COUNT);
        a12.intoArray(sums, at + Quad.WIDTH + 2 * Lanes.COUNT);
        a13.intoArray(sums, at + Quad.WIDTH + 3 * Lanes.COUNT);
        a20.intoArray(sums, at + 2 * Quad.WIDTH);
        a21.intoArray(sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        a22.intoArray(sums, at + 2 * Quad.WIDTH + 2 * Lanes.COUNT);
        a23.intoArray(sums, at + 2 * Quad.WIDTH + 3 * Lanes.COUNT);
        a30.intoArray(sums, at + 3 * Quad.WIDTH);
        a31.intoArray(sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
        a32.intoArray(sums, at + 3 * Quad.WIDTH + 2 * Lanes.COUNT);
        a33.intoArray(sums, at + 3 * Quad.WIDTH + 3 * Lanes.COUNT);
    }

    /**
     * The products of each block's codes. They go into an array, from which they are scaled by themselves: the columns take
     * all registers, those for addresses too. For the same reason x is packed: one address serves four rows.
     *
     * @param x // [columns, rows of x]
     * @param columns of a block
     * @param to // [blocks, rows of x, rows of weights]
     */
    static void blocks(
            MemorySegment memory,
            long p0,
            long p1,
            long p2,
            long p3,
            int columns,
            int blocks,
            float[] x,
            int xAt,
            float[] to) {
        memory.get(Quad.PLAIN, p0);
        long k = 0;
        int i = xAt;
        for (int at = 0; at < blocks * 16 * Lanes.COUNT; at += 16 * Lanes.COUNT) {
            FloatVector a00 = FloatVector.zero(Lanes.FLOAT);
            FloatVector a01 = a00;
            FloatVector a02 = a00;
            FloatVector a03 = a00;
            FloatVector a10 = a00;
            FloatVector a11 = a00;
            FloatVector a12 = a00;
            FloatVector a13 = a00;
            FloatVector a20 = a00;
            FloatVector a21 = a00;
            FloatVector a22 = a00;
            FloatVector a23 = a00;
            FloatVector a30 = a00;
            FloatVector a31 = a00;
            FloatVector a32 = a00;
            FloatVector a33 = a00;
            for (int end = i + Scratch.TILE * columns; i < end; i += Scratch.TILE, k += Quad.LINE) {
                FloatVector w0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p0 + k, Quad.LITTLE);
                FloatVector w1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p1 + k, Quad.LITTLE);
                FloatVector w2 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p2 + k, Quad.LITTLE);
                FloatVector w3 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p3 + k, Quad.LITTLE);
                FloatVector v = FloatVector.broadcast(Lanes.FLOAT, x[i]);
                a00 = w0.fma(v, a00);
                a01 = w1.fma(v, a01);
                a02 = w2.fma(v, a02);
                a03 = w3.fma(v, a03);
                v = FloatVector.broadcast(Lanes.FLOAT, x[i + 1]);
                a10 = w0.fma(v, a10);
                a11 = w1.fma(v, a11);
                a12 = w2.fma(v, a12);
                a13 = w3.fma(v, a13);
                v = FloatVector.broadcast(Lanes.FLOAT, x[i + 2]);
                a20 = w0.fma(v, a20);
                a21 = w1.fma(v, a21);
                a22 = w2.fma(v, a22);
                a23 = w3.fma(v, a23);
                v = FloatVector.broadcast(Lanes.FLOAT, x[i + 3]);
                a30 = w0.fma(v, a30);
                a31 = w1.fma(v, a31);
                a32 = w2.fma(v, a32);
                a33 = w3.fma(v, a33);
            }
            a00.intoArray(to, at);
            a01.intoArray(to, at + Lanes.COUNT);
            a02.intoArray(to, at + 2 * Lanes.COUNT);
            a03.intoArray(to, at + 3 * Lanes.COUNT);
            a10.intoArray(to, at + 4 * Lanes.COUNT);
            a11.intoArray(to, at + 5 * Lanes.COUNT);
            a12.intoArray(to, at + 6 * Lanes.COUNT);
            a13.intoArray(to, at + 7 * Lanes.COUNT);
            a20.intoArray(to, at + 8 * Lanes.COUNT);
            a21.intoArray(to, at + 9 * Lanes.COUNT);
            a22.intoArray(to, at + 10 * Lanes.COUNT);
            a23.intoArray(to, at + 11 * Lanes.COUNT);
            a30.intoArray(to, at + 12 * Lanes.COUNT);
            a31.intoArray(to, at + 13 * Lanes.COUNT);
            a32.intoArray(to, at + 14 * Lanes.COUNT);
            a33.intoArray(to, at + 15 * Lanes.COUNT);
        }
    }

    /** Adds the blocks' products, scaled, to the sums. */
    static void scale(float[] from, int blocks, float[] scales, float[] sums, int at) {
        FloatVector t00 = FloatVector.fromArray(Lanes.FLOAT, sums, at);
        FloatVector t01 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Lanes.COUNT);
        FloatVector t02 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Lanes.COUNT);
        FloatVector t03 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Lanes.COUNT);
        FloatVector t10 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH);
        FloatVector t11 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + Lanes.COUNT);
        FloatVector t12 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + 2 * Lanes.COUNT);
        FloatVector t13 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + 3 * Lanes.COUNT);
        FloatVector t20 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH);
        FloatVector t21 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        FloatVector t22 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + 2 * Lanes.COUNT);
        FloatVector t23 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + 3 * Lanes.COUNT);
        FloatVector t30 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH);
        FloatVector t31 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
        FloatVector t32 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + 2 * Lanes.COUNT);
        FloatVector t33 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + 3 * Lanes.COUNT);
        int i = 0;
        int s = 0;
        for (int b = 0; b < blocks; b++, i += 16 * Lanes.COUNT, s += Quad.WIDTH) {
            FloatVector d0 = FloatVector.fromArray(Lanes.FLOAT, scales, s);
            FloatVector d1 = FloatVector.fromArray(Lanes.FLOAT, scales, s + Lanes.COUNT);
            FloatVector d2 = FloatVector.fromArray(Lanes.FLOAT, scales, s + 2 * Lanes.COUNT);
            FloatVector d3 = FloatVector.fromArray(Lanes.FLOAT, scales, s + 3 * Lanes.COUNT);
            t00 = FloatVector.fromArray(Lanes.FLOAT, from, i).fma(d0, t00);
            t01 = FloatVector.fromArray(Lanes.FLOAT, from, i + Lanes.COUNT).fma(d1, t01);
            t02 = FloatVector.fromArray(Lanes.FLOAT, from, i + 2 * Lanes.COUNT).fma(d2, t02);
            t03 = FloatVector.fromArray(Lanes.FLOAT, from, i + 3 * Lanes.COUNT).fma(d3, t03);
            t10 = FloatVector.fromArray(Lanes.FLOAT, from, i + 4 * Lanes.COUNT).fma(d0, t10);
            t11 = FloatVector.fromArray(Lanes.FLOAT, from, i + 5 * Lanes.COUNT).fma(d1, t11);
            t12 = FloatVector.fromArray(Lanes.FLOAT, from, i + 6 * Lanes.COUNT).fma(d2, t12);
            t13 = FloatVector.fromArray(Lanes.FLOAT, from, i + 7 * Lanes.COUNT).fma(d3, t13);
            t20 = FloatVector.fromArray(Lanes.FLOAT, from, i + 8 * Lanes.COUNT).fma(d0, t20);
            t21 = FloatVector.fromArray(Lanes.FLOAT, from, i + 9 * Lanes.COUNT).fma(d1, t21);
            t22 = FloatVector.fromArray(Lanes.FLOAT, from, i + 10 * Lanes.COUNT).fma(d2, t22);
            t23 = FloatVector.fromArray(Lanes.FLOAT, from, i + 11 * Lanes.COUNT).fma(d3, t23);
            t30 = FloatVector.fromArray(Lanes.FLOAT, from, i + 12 * Lanes.COUNT).fma(d0, t30);
            t31 = FloatVector.fromArray(Lanes.FLOAT, from, i + 13 * Lanes.COUNT).fma(d1, t31);
            t32 = FloatVector.fromArray(Lanes.FLOAT, from, i + 14 * Lanes.COUNT).fma(d2, t32);
            t33 = FloatVector.fromArray(Lanes.FLOAT, from, i + 15 * Lanes.COUNT).fma(d3, t33);
        }
        t00.intoArray(sums, at);
        t01.intoArray(sums, at + Lanes.COUNT);
        t02.intoArray(sums, at + 2 * Lanes.COUNT);
        t03.intoArray(sums, at + 3 * Lanes.COUNT);
        t10.intoArray(sums, at + Quad.WIDTH);
        t11.intoArray(sums, at + Quad.WIDTH + Lanes.COUNT);
        t12.intoArray(sums, at + Quad.WIDTH + 2 * Lanes.COUNT);
        t13.intoArray(sums, at + Quad.WIDTH + 3 * Lanes.COUNT);
        t20.intoArray(sums, at + 2 * Quad.WIDTH);
        t21.intoArray(sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        t22.intoArray(sums, at + 2 * Quad.WIDTH + 2 * Lanes.COUNT);
        t23.intoArray(sums, at + 2 * Quad.WIDTH + 3 * Lanes.COUNT);
        t30.intoArray(sums, at + 3 * Quad.WIDTH);
        t31.intoArray(sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
        t32.intoArray(sums, at + 3 * Quad.WIDTH + 2 * Lanes.COUNT);
        t33.intoArray(sums, at + 3 * Quad.WIDTH + 3 * Lanes.COUNT);
    }

    /** The same where codes are counted from 8. */
    static void offset(
            float[] from,
            int blocks,
            float[] scales,
            float[] sumsOfX,
            int s0,
            int s1,
            int s2,
            int s3,
            float[] sums,
            int at) {
        FloatVector t00 = FloatVector.fromArray(Lanes.FLOAT, sums, at);
        FloatVector t01 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Lanes.COUNT);
        FloatVector t02 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Lanes.COUNT);
        FloatVector t03 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Lanes.COUNT);
        FloatVector t10 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH);
        FloatVector t11 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + Lanes.COUNT);
        FloatVector t12 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + 2 * Lanes.COUNT);
        FloatVector t13 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + 3 * Lanes.COUNT);
        FloatVector t20 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH);
        FloatVector t21 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        FloatVector t22 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + 2 * Lanes.COUNT);
        FloatVector t23 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + 3 * Lanes.COUNT);
        FloatVector t30 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH);
        FloatVector t31 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
        FloatVector t32 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + 2 * Lanes.COUNT);
        FloatVector t33 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + 3 * Lanes.COUNT);
        int i = 0;
        int s = 0;
        for (int b = 0; b < blocks; b++, i += 16 * Lanes.COUNT, s += Quad.WIDTH) {
            FloatVector d0 = FloatVector.fromArray(Lanes.FLOAT, scales, s);
            FloatVector d1 = FloatVector.fromArray(Lanes.FLOAT, scales, s + Lanes.COUNT);
            FloatVector d2 = FloatVector.fromArray(Lanes.FLOAT, scales, s + 2 * Lanes.COUNT);
            FloatVector d3 = FloatVector.fromArray(Lanes.FLOAT, scales, s + 3 * Lanes.COUNT);
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, BlockCodec.NIBBLE_ZERO * sumsOfX[s0 + b]);
            t00 = FloatVector.fromArray(Lanes.FLOAT, from, i).sub(v).fma(d0, t00);
            t01 = FloatVector.fromArray(Lanes.FLOAT, from, i + Lanes.COUNT)
                    .sub(v)
                    .fma(d1, t01);
            t02 = FloatVector.fromArray(Lanes.FLOAT, from, i + 2 * Lanes.COUNT)
                    .sub(v)
                    .fma(d2, t02);
            t03 = FloatVector.fromArray(Lanes.FLOAT, from, i + 3 * Lanes.COUNT)
                    .sub(v)
                    .fma(d3, t03);
            v = FloatVector.broadcast(Lanes.FLOAT, BlockCodec.NIBBLE_ZERO * sumsOfX[s1 + b]);
            t10 = FloatVector.fromArray(Lanes.FLOAT, from, i + 4 * Lanes.COUNT)
                    .sub(v)
                    .fma(d0, t10);
            t11 = FloatVector.fromArray(Lanes.FLOAT, from, i + 5 * Lanes.COUNT)
                    .sub(v)
                    .fma(d1, t11);
            t12 = FloatVector.fromArray(Lanes.FLOAT, from, i + 6 * Lanes.COUNT)
                    .sub(v)
                    .fma(d2, t12);
            t13 = FloatVector.fromArray(Lanes.FLOAT, from, i + 7 * Lanes.COUNT)
                    .sub(v)
                    .fma(d3, t13);
            v = FloatVector.broadcast(Lanes.FLOAT, BlockCodec.NIBBLE_ZERO * sumsOfX[s2 + b]);
            t20 = FloatVector.fromArray(Lanes.FLOAT, from, i + 8 * Lanes.COUNT)
                    .sub(v)
                    .fma(d0, t20);
            t21 = FloatVector.fromArray(Lanes.FLOAT, from, i + 9 * Lanes.COUNT)
                    .sub(v)
                    .fma(d1, t21);
            t22 = FloatVector.fromArray(Lanes.FLOAT, from, i + 10 * Lanes.COUNT)
                    .sub(v)
                    .fma(d2, t22);
            t23 = FloatVector.fromArray(Lanes.FLOAT, from, i + 11 * Lanes.COUNT)
                    .sub(v)
                    .fma(d3, t23);
            v = FloatVector.broadcast(Lanes.FLOAT, BlockCodec.NIBBLE_ZERO * sumsOfX[s3 + b]);
            t30 = FloatVector.fromArray(Lanes.FLOAT, from, i + 12 * Lanes.COUNT)
                    .sub(v)
                    .fma(d0, t30);
            t31 = FloatVector.fromArray(Lanes.FLOAT, from, i + 13 * Lanes.COUNT)
                    .sub(v)
                    .fma(d1, t31);
            t32 = FloatVector.fromArray(Lanes.FLOAT, from, i + 14 * Lanes.COUNT)
                    .sub(v)
                    .fma(d2, t32);
            t33 = FloatVector.fromArray(Lanes.FLOAT, from, i + 15 * Lanes.COUNT)
                    .sub(v)
                    .fma(d3, t33);
        }
        t00.intoArray(sums, at);
        t01.intoArray(sums, at + Lanes.COUNT);
        t02.intoArray(sums, at + 2 * Lanes.COUNT);
        t03.intoArray(sums, at + 3 * Lanes.COUNT);
        t10.intoArray(sums, at + Quad.WIDTH);
        t11.intoArray(sums, at + Quad.WIDTH + Lanes.COUNT);
        t12.intoArray(sums, at + Quad.WIDTH + 2 * Lanes.COUNT);
        t13.intoArray(sums, at + Quad.WIDTH + 3 * Lanes.COUNT);
        t20.intoArray(sums, at + 2 * Quad.WIDTH);
        t21.intoArray(sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        t22.intoArray(sums, at + 2 * Quad.WIDTH + 2 * Lanes.COUNT);
        t23.intoArray(sums, at + 2 * Quad.WIDTH + 3 * Lanes.COUNT);
        t30.intoArray(sums, at + 3 * Quad.WIDTH);
        t31.intoArray(sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
        t32.intoArray(sums, at + 3 * Quad.WIDTH + 2 * Lanes.COUNT);
        t33.intoArray(sums, at + 3 * Quad.WIDTH + 3 * Lanes.COUNT);
    }

    /** The same where blocks have a minimum. */
    static void minimum(
            float[] from,
            int blocks,
            float[] scales,
            float[] minima,
            float[] sumsOfX,
            int s0,
            int s1,
            int s2,
            int s3,
            float[] sums,
            int at) {
        FloatVector t00 = FloatVector.fromArray(Lanes.FLOAT, sums, at);
        FloatVector t01 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Lanes.COUNT);
        FloatVector t02 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Lanes.COUNT);
        FloatVector t03 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Lanes.COUNT);
        FloatVector t10 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH);
        FloatVector t11 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + Lanes.COUNT);
        FloatVector t12 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + 2 * Lanes.COUNT);
        FloatVector t13 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + 3 * Lanes.COUNT);
        FloatVector t20 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH);
        FloatVector t21 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        FloatVector t22 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + 2 * Lanes.COUNT);
        FloatVector t23 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + 3 * Lanes.COUNT);
        FloatVector t30 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH);
        FloatVector t31 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
        FloatVector t32 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + 2 * Lanes.COUNT);
        FloatVector t33 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + 3 * Lanes.COUNT);
        int i = 0;
        int s = 0;
        for (int b = 0; b < blocks; b++, i += 16 * Lanes.COUNT, s += Quad.WIDTH) {
            FloatVector d0 = FloatVector.fromArray(Lanes.FLOAT, scales, s);
            FloatVector d1 = FloatVector.fromArray(Lanes.FLOAT, scales, s + Lanes.COUNT);
            FloatVector d2 = FloatVector.fromArray(Lanes.FLOAT, scales, s + 2 * Lanes.COUNT);
            FloatVector d3 = FloatVector.fromArray(Lanes.FLOAT, scales, s + 3 * Lanes.COUNT);
            FloatVector m0 = FloatVector.fromArray(Lanes.FLOAT, minima, s);
            FloatVector m1 = FloatVector.fromArray(Lanes.FLOAT, minima, s + Lanes.COUNT);
            FloatVector m2 = FloatVector.fromArray(Lanes.FLOAT, minima, s + 2 * Lanes.COUNT);
            FloatVector m3 = FloatVector.fromArray(Lanes.FLOAT, minima, s + 3 * Lanes.COUNT);
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, sumsOfX[s0 + b]);
            t00 = m0.fma(v, FloatVector.fromArray(Lanes.FLOAT, from, i).fma(d0, t00));
            t01 = m1.fma(
                    v, FloatVector.fromArray(Lanes.FLOAT, from, i + Lanes.COUNT).fma(d1, t01));
            t02 = m2.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 2 * Lanes.COUNT)
                            .fma(d2, t02));
            t03 = m3.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 3 * Lanes.COUNT)
                            .fma(d3, t03));
            v = FloatVector.broadcast(Lanes.FLOAT, sumsOfX[s1 + b]);
            t10 = m0.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 4 * Lanes.COUNT)
                            .fma(d0, t10));
            t11 = m1.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 5 * Lanes.COUNT)
                            .fma(d1, t11));
            t12 = m2.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 6 * Lanes.COUNT)
                            .fma(d2, t12));
            t13 = m3.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 7 * Lanes.COUNT)
                            .fma(d3, t13));
            v = FloatVector.broadcast(Lanes.FLOAT, sumsOfX[s2 + b]);
            t20 = m0.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 8 * Lanes.COUNT)
                            .fma(d0, t20));
            t21 = m1.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 9 * Lanes.COUNT)
                            .fma(d1, t21));
            t22 = m2.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 10 * Lanes.COUNT)
                            .fma(d2, t22));
            t23 = m3.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 11 * Lanes.COUNT)
                            .fma(d3, t23));
            v = FloatVector.broadcast(Lanes.FLOAT, sumsOfX[s3 + b]);
            t30 = m0.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 12 * Lanes.COUNT)
                            .fma(d0, t30));
            t31 = m1.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 13 * Lanes.COUNT)
                            .fma(d1, t31));
            t32 = m2.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 14 * Lanes.COUNT)
                            .fma(d2, t32));
            t33 = m3.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 15 * Lanes.COUNT)
                            .fma(d3, t33));
        }
        t00.intoArray(sums, at);
        t01.intoArray(sums, at + Lanes.COUNT);
        t02.intoArray(sums, at + 2 * Lanes.COUNT);
        t03.intoArray(sums, at + 3 * Lanes.COUNT);
        t10.intoArray(sums, at + Quad.WIDTH);
        t11.intoArray(sums, at + Quad.WIDTH + Lanes.COUNT);
        t12.intoArray(sums, at + Quad.WIDTH + 2 * Lanes.COUNT);
        t13.intoArray(sums, at + Quad.WIDTH + 3 * Lanes.COUNT);
        t20.intoArray(sums, at + 2 * Quad.WIDTH);
        t21.intoArray(sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        t22.intoArray(sums, at + 2 * Quad.WIDTH + 2 * Lanes.COUNT);
        t23.intoArray(sums, at + 2 * Quad.WIDTH + 3 * Lanes.COUNT);
        t30.intoArray(sums, at + 3 * Quad.WIDTH);
        t31.intoArray(sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
        t32.intoArray(sums, at + 3 * Quad.WIDTH + 2 * Lanes.COUNT);
        t33.intoArray(sums, at + 3 * Quad.WIDTH + 3 * Lanes.COUNT);
    }
}
