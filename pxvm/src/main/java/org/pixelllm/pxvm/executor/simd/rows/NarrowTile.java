package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.weights.BlockCodec;

/**
 * Four rows of x by two vectors of weights: 8 sums, 2 weights and a value of x are 11 of 16 registers. Larger tiles, which
 * would fit, were measured slower: 97 GFLOP/s here, 90 with 3 × 3, 43 with 6 × 2. The sums of a row of x are
 * {@link Quad#WIDTH} apart.
 */
@SuppressWarnings("NarrowCalculation") // Offsets of a few vectors.
final class NarrowTile {

    private NarrowTile() {}

    /** Adds the products of columns that stand for themselves. */
    static void columns(
            MemorySegment memory,
            long p0,
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
        FloatVector a10 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH);
        FloatVector a11 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + Lanes.COUNT);
        FloatVector a20 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH);
        FloatVector a21 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        FloatVector a30 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH);
        FloatVector a31 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
        long k = 0;
        for (int i = 0; i < columns; i++, k += Quad.LINE) {
            FloatVector w0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p0 + k, Quad.LITTLE);
            FloatVector w1 =
                    FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p0 + k + Float.BYTES * Lanes.COUNT, Quad.LITTLE);
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, x[x0 + i]);
            a00 = w0.fma(v, a00);
            a01 = w1.fma(v, a01);
            v = FloatVector.broadcast(Lanes.FLOAT, x[x1 + i]);
            a10 = w0.fma(v, a10);
            a11 = w1.fma(v, a11);
            v = FloatVector.broadcast(Lanes.FLOAT, x[x2 + i]);
            a20 = w0.fma(v, a20);
            a21 = w1.fma(v, a21);
            v = FloatVector.broadcast(Lanes.FLOAT, x[x3 + i]);
            a30 = w0.fma(v, a30);
            a31 = w1.fma(v, a31);
        }
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + Lanes.COUNT);
        a10.intoArray(sums, at + Quad.WIDTH);
        a11.intoArray(sums, at + Quad.WIDTH + Lanes.COUNT);
        a20.intoArray(sums, at + 2 * Quad.WIDTH);
        a21.intoArray(sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        a30.intoArray(sums, at + 3 * Quad.WIDTH);
        a31.intoArray(sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
    }

    /**
     * The products of each block's codes. They go into an array, from which they are scaled by themselves: the columns take
     * all registers, those for addresses too. For the same reason x is packed: one address serves four rows.
     *
     * @param x // [columns, rows of x]
     * @param columns of a block
     * @param to // [blocks, rows of x, rows of weights]
     */
    static void blocks(MemorySegment memory, long p0, int columns, int blocks, float[] x, int xAt, float[] to) {
        memory.get(Quad.PLAIN, p0);
        long k = 0;
        int i = xAt;
        for (int at = 0; at < blocks * 8 * Lanes.COUNT; at += 8 * Lanes.COUNT) {
            FloatVector a00 = FloatVector.zero(Lanes.FLOAT);
            FloatVector a01 = a00;
            FloatVector a10 = a00;
            FloatVector a11 = a00;
            FloatVector a20 = a00;
            FloatVector a21 = a00;
            FloatVector a30 = a00;
            FloatVector a31 = a00;
            for (int end = i + Scratch.TILE * columns; i < end; i += Scratch.TILE, k += Quad.LINE) {
                FloatVector w0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p0 + k, Quad.LITTLE);
                FloatVector w1 = FloatVector.fromMemorySegment(
                        Lanes.FLOAT, memory, p0 + k + Float.BYTES * Lanes.COUNT, Quad.LITTLE);
                FloatVector v = FloatVector.broadcast(Lanes.FLOAT, x[i]);
                a00 = w0.fma(v, a00);
                a01 = w1.fma(v, a01);
                v = FloatVector.broadcast(Lanes.FLOAT, x[i + 1]);
                a10 = w0.fma(v, a10);
                a11 = w1.fma(v, a11);
                v = FloatVector.broadcast(Lanes.FLOAT, x[i + 2]);
                a20 = w0.fma(v, a20);
                a21 = w1.fma(v, a21);
                v = FloatVector.broadcast(Lanes.FLOAT, x[i + 3]);
                a30 = w0.fma(v, a30);
                a31 = w1.fma(v, a31);
            }
            a00.intoArray(to, at);
            a01.intoArray(to, at + Lanes.COUNT);
            a10.intoArray(to, at + 2 * Lanes.COUNT);
            a11.intoArray(to, at + 3 * Lanes.COUNT);
            a20.intoArray(to, at + 4 * Lanes.COUNT);
            a21.intoArray(to, at + 5 * Lanes.COUNT);
            a30.intoArray(to, at + 6 * Lanes.COUNT);
            a31.intoArray(to, at + 7 * Lanes.COUNT);
        }
    }

    /** Adds the blocks' products, scaled, to the sums. */
    static void scale(float[] from, int blocks, float[] scales, int lane, float[] sums, int at) {
        FloatVector t00 = FloatVector.fromArray(Lanes.FLOAT, sums, at);
        FloatVector t01 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Lanes.COUNT);
        FloatVector t10 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH);
        FloatVector t11 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + Lanes.COUNT);
        FloatVector t20 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH);
        FloatVector t21 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        FloatVector t30 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH);
        FloatVector t31 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
        int i = 0;
        int s = lane;
        for (int b = 0; b < blocks; b++, i += 8 * Lanes.COUNT, s += Quad.WIDTH) {
            FloatVector d0 = FloatVector.fromArray(Lanes.FLOAT, scales, s);
            FloatVector d1 = FloatVector.fromArray(Lanes.FLOAT, scales, s + Lanes.COUNT);
            t00 = FloatVector.fromArray(Lanes.FLOAT, from, i).fma(d0, t00);
            t01 = FloatVector.fromArray(Lanes.FLOAT, from, i + Lanes.COUNT).fma(d1, t01);
            t10 = FloatVector.fromArray(Lanes.FLOAT, from, i + 2 * Lanes.COUNT).fma(d0, t10);
            t11 = FloatVector.fromArray(Lanes.FLOAT, from, i + 3 * Lanes.COUNT).fma(d1, t11);
            t20 = FloatVector.fromArray(Lanes.FLOAT, from, i + 4 * Lanes.COUNT).fma(d0, t20);
            t21 = FloatVector.fromArray(Lanes.FLOAT, from, i + 5 * Lanes.COUNT).fma(d1, t21);
            t30 = FloatVector.fromArray(Lanes.FLOAT, from, i + 6 * Lanes.COUNT).fma(d0, t30);
            t31 = FloatVector.fromArray(Lanes.FLOAT, from, i + 7 * Lanes.COUNT).fma(d1, t31);
        }
        t00.intoArray(sums, at);
        t01.intoArray(sums, at + Lanes.COUNT);
        t10.intoArray(sums, at + Quad.WIDTH);
        t11.intoArray(sums, at + Quad.WIDTH + Lanes.COUNT);
        t20.intoArray(sums, at + 2 * Quad.WIDTH);
        t21.intoArray(sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        t30.intoArray(sums, at + 3 * Quad.WIDTH);
        t31.intoArray(sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
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
            int lane,
            float[] sums,
            int at) {
        FloatVector t00 = FloatVector.fromArray(Lanes.FLOAT, sums, at);
        FloatVector t01 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Lanes.COUNT);
        FloatVector t10 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH);
        FloatVector t11 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + Lanes.COUNT);
        FloatVector t20 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH);
        FloatVector t21 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        FloatVector t30 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH);
        FloatVector t31 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
        int i = 0;
        int s = lane;
        for (int b = 0; b < blocks; b++, i += 8 * Lanes.COUNT, s += Quad.WIDTH) {
            FloatVector d0 = FloatVector.fromArray(Lanes.FLOAT, scales, s);
            FloatVector d1 = FloatVector.fromArray(Lanes.FLOAT, scales, s + Lanes.COUNT);
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, BlockCodec.NIBBLE_ZERO * sumsOfX[s0 + b]);
            t00 = FloatVector.fromArray(Lanes.FLOAT, from, i).sub(v).fma(d0, t00);
            t01 = FloatVector.fromArray(Lanes.FLOAT, from, i + Lanes.COUNT)
                    .sub(v)
                    .fma(d1, t01);
            v = FloatVector.broadcast(Lanes.FLOAT, BlockCodec.NIBBLE_ZERO * sumsOfX[s1 + b]);
            t10 = FloatVector.fromArray(Lanes.FLOAT, from, i + 2 * Lanes.COUNT)
                    .sub(v)
                    .fma(d0, t10);
            t11 = FloatVector.fromArray(Lanes.FLOAT, from, i + 3 * Lanes.COUNT)
                    .sub(v)
                    .fma(d1, t11);
            v = FloatVector.broadcast(Lanes.FLOAT, BlockCodec.NIBBLE_ZERO * sumsOfX[s2 + b]);
            t20 = FloatVector.fromArray(Lanes.FLOAT, from, i + 4 * Lanes.COUNT)
                    .sub(v)
                    .fma(d0, t20);
            t21 = FloatVector.fromArray(Lanes.FLOAT, from, i + 5 * Lanes.COUNT)
                    .sub(v)
                    .fma(d1, t21);
            v = FloatVector.broadcast(Lanes.FLOAT, BlockCodec.NIBBLE_ZERO * sumsOfX[s3 + b]);
            t30 = FloatVector.fromArray(Lanes.FLOAT, from, i + 6 * Lanes.COUNT)
                    .sub(v)
                    .fma(d0, t30);
            t31 = FloatVector.fromArray(Lanes.FLOAT, from, i + 7 * Lanes.COUNT)
                    .sub(v)
                    .fma(d1, t31);
        }
        t00.intoArray(sums, at);
        t01.intoArray(sums, at + Lanes.COUNT);
        t10.intoArray(sums, at + Quad.WIDTH);
        t11.intoArray(sums, at + Quad.WIDTH + Lanes.COUNT);
        t20.intoArray(sums, at + 2 * Quad.WIDTH);
        t21.intoArray(sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        t30.intoArray(sums, at + 3 * Quad.WIDTH);
        t31.intoArray(sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
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
            int lane,
            float[] sums,
            int at) {
        FloatVector t00 = FloatVector.fromArray(Lanes.FLOAT, sums, at);
        FloatVector t01 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Lanes.COUNT);
        FloatVector t10 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH);
        FloatVector t11 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Quad.WIDTH + Lanes.COUNT);
        FloatVector t20 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH);
        FloatVector t21 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        FloatVector t30 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH);
        FloatVector t31 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
        int i = 0;
        int s = lane;
        for (int b = 0; b < blocks; b++, i += 8 * Lanes.COUNT, s += Quad.WIDTH) {
            FloatVector d0 = FloatVector.fromArray(Lanes.FLOAT, scales, s);
            FloatVector d1 = FloatVector.fromArray(Lanes.FLOAT, scales, s + Lanes.COUNT);
            FloatVector m0 = FloatVector.fromArray(Lanes.FLOAT, minima, s);
            FloatVector m1 = FloatVector.fromArray(Lanes.FLOAT, minima, s + Lanes.COUNT);
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, sumsOfX[s0 + b]);
            t00 = m0.fma(v, FloatVector.fromArray(Lanes.FLOAT, from, i).fma(d0, t00));
            t01 = m1.fma(
                    v, FloatVector.fromArray(Lanes.FLOAT, from, i + Lanes.COUNT).fma(d1, t01));
            v = FloatVector.broadcast(Lanes.FLOAT, sumsOfX[s1 + b]);
            t10 = m0.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 2 * Lanes.COUNT)
                            .fma(d0, t10));
            t11 = m1.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 3 * Lanes.COUNT)
                            .fma(d1, t11));
            v = FloatVector.broadcast(Lanes.FLOAT, sumsOfX[s2 + b]);
            t20 = m0.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 4 * Lanes.COUNT)
                            .fma(d0, t20));
            t21 = m1.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 5 * Lanes.COUNT)
                            .fma(d1, t21));
            v = FloatVector.broadcast(Lanes.FLOAT, sumsOfX[s3 + b]);
            t30 = m0.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 6 * Lanes.COUNT)
                            .fma(d0, t30));
            t31 = m1.fma(
                    v,
                    FloatVector.fromArray(Lanes.FLOAT, from, i + 7 * Lanes.COUNT)
                            .fma(d1, t31));
        }
        t00.intoArray(sums, at);
        t01.intoArray(sums, at + Lanes.COUNT);
        t10.intoArray(sums, at + Quad.WIDTH);
        t11.intoArray(sums, at + Quad.WIDTH + Lanes.COUNT);
        t20.intoArray(sums, at + 2 * Quad.WIDTH);
        t21.intoArray(sums, at + 2 * Quad.WIDTH + Lanes.COUNT);
        t30.intoArray(sums, at + 3 * Quad.WIDTH);
        t31.intoArray(sums, at + 3 * Quad.WIDTH + Lanes.COUNT);
    }
}
