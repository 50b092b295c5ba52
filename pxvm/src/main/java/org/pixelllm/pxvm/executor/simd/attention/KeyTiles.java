package org.pixelllm.pxvm.executor.simd.attention;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.memory.StateLayout;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;

/**
 * Scores of several positions at once, a vector of them at each place: the sums of all lanes that {@link Arithmetic} has, each a
 * vector // [LANES, SCORES, positions of a vector].
 */
final class KeyTiles {

    /** Vectors of scores that are summed together. */
    static final int SCORES = 8;

    /** Floats of all sums. */
    static final int LANES = Arithmetic.LANES * SCORES * Lanes.COUNT;

    private static final int PITCH = SCORES * Lanes.COUNT;
    private static final long STEP = (long) Float.BYTES * StateLayout.GROUP;
    private static final ByteOrder NATIVE = ByteOrder.nativeOrder();

    private KeyTiles() {}

    /** Four queries, {@code width} apart from {@code q} on, with the keys at two places. */
    static void four(MemorySegment memory, long p0, long p1, int width, float[] queries, int q, float[] lanes) {
        if (width % (4 * Arithmetic.LANES) == 0) {
            fourByFour(memory, p0, p1, width, queries, q, lanes);
        } else {
            fourByOne(memory, p0, p1, width, queries, q, lanes);
        }
    }

    /** For widths of whole fours of rounds: a loop of one or two turns would cost more than they do. */
    private static void fourByFour(
            MemorySegment memory, long p0, long p1, int width, float[] queries, int q, float[] lanes) {
        for (int lane = 0; lane < Arithmetic.LANES; lane++) {
            FloatVector a00 = FloatVector.zero(Lanes.FLOAT);
            FloatVector a01 = a00;
            FloatVector a10 = a00;
            FloatVector a11 = a00;
            FloatVector a20 = a00;
            FloatVector a21 = a00;
            FloatVector a30 = a00;
            FloatVector a31 = a00;
            for (int i = lane; i < width; i += 4 * Arithmetic.LANES) {
                FloatVector k0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p0 + i * STEP, NATIVE);
                FloatVector k1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p1 + i * STEP, NATIVE);
                FloatVector x = FloatVector.broadcast(Lanes.FLOAT, queries[q + i]);
                a00 = k0.fma(x, a00);
                a01 = k1.fma(x, a01);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + width + i]);
                a10 = k0.fma(x, a10);
                a11 = k1.fma(x, a11);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + 2 * width + i]);
                a20 = k0.fma(x, a20);
                a21 = k1.fma(x, a21);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + 3 * width + i]);
                a30 = k0.fma(x, a30);
                a31 = k1.fma(x, a31);
                k0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p0 + (i + Arithmetic.LANES) * STEP, NATIVE);
                k1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p1 + (i + Arithmetic.LANES) * STEP, NATIVE);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + i + Arithmetic.LANES]);
                a00 = k0.fma(x, a00);
                a01 = k1.fma(x, a01);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + width + i + Arithmetic.LANES]);
                a10 = k0.fma(x, a10);
                a11 = k1.fma(x, a11);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + 2 * width + i + Arithmetic.LANES]);
                a20 = k0.fma(x, a20);
                a21 = k1.fma(x, a21);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + 3 * width + i + Arithmetic.LANES]);
                a30 = k0.fma(x, a30);
                a31 = k1.fma(x, a31);
                k0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p0 + (i + 2 * Arithmetic.LANES) * STEP, NATIVE);
                k1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p1 + (i + 2 * Arithmetic.LANES) * STEP, NATIVE);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + i + 2 * Arithmetic.LANES]);
                a00 = k0.fma(x, a00);
                a01 = k1.fma(x, a01);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + width + i + 2 * Arithmetic.LANES]);
                a10 = k0.fma(x, a10);
                a11 = k1.fma(x, a11);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + 2 * width + i + 2 * Arithmetic.LANES]);
                a20 = k0.fma(x, a20);
                a21 = k1.fma(x, a21);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + 3 * width + i + 2 * Arithmetic.LANES]);
                a30 = k0.fma(x, a30);
                a31 = k1.fma(x, a31);
                k0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p0 + (i + 3 * Arithmetic.LANES) * STEP, NATIVE);
                k1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p1 + (i + 3 * Arithmetic.LANES) * STEP, NATIVE);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + i + 3 * Arithmetic.LANES]);
                a00 = k0.fma(x, a00);
                a01 = k1.fma(x, a01);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + width + i + 3 * Arithmetic.LANES]);
                a10 = k0.fma(x, a10);
                a11 = k1.fma(x, a11);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + 2 * width + i + 3 * Arithmetic.LANES]);
                a20 = k0.fma(x, a20);
                a21 = k1.fma(x, a21);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + 3 * width + i + 3 * Arithmetic.LANES]);
                a30 = k0.fma(x, a30);
                a31 = k1.fma(x, a31);
            }
            int at = lane * PITCH;
            a00.intoArray(lanes, at);
            a01.intoArray(lanes, at + Lanes.COUNT);
            a10.intoArray(lanes, at + 2 * Lanes.COUNT);
            a11.intoArray(lanes, at + 3 * Lanes.COUNT);
            a20.intoArray(lanes, at + 4 * Lanes.COUNT);
            a21.intoArray(lanes, at + 5 * Lanes.COUNT);
            a30.intoArray(lanes, at + 6 * Lanes.COUNT);
            a31.intoArray(lanes, at + 7 * Lanes.COUNT);
        }
    }

    /** For all others. */
    private static void fourByOne(
            MemorySegment memory, long p0, long p1, int width, float[] queries, int q, float[] lanes) {
        for (int lane = 0; lane < Arithmetic.LANES; lane++) {
            FloatVector a00 = FloatVector.zero(Lanes.FLOAT);
            FloatVector a01 = a00;
            FloatVector a10 = a00;
            FloatVector a11 = a00;
            FloatVector a20 = a00;
            FloatVector a21 = a00;
            FloatVector a30 = a00;
            FloatVector a31 = a00;
            for (int i = lane; i < width; i += Arithmetic.LANES) {
                FloatVector k0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p0 + i * STEP, NATIVE);
                FloatVector k1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p1 + i * STEP, NATIVE);
                FloatVector x = FloatVector.broadcast(Lanes.FLOAT, queries[q + i]);
                a00 = k0.fma(x, a00);
                a01 = k1.fma(x, a01);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + width + i]);
                a10 = k0.fma(x, a10);
                a11 = k1.fma(x, a11);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + 2 * width + i]);
                a20 = k0.fma(x, a20);
                a21 = k1.fma(x, a21);
                x = FloatVector.broadcast(Lanes.FLOAT, queries[q + 3 * width + i]);
                a30 = k0.fma(x, a30);
                a31 = k1.fma(x, a31);
            }
            int at = lane * PITCH;
            a00.intoArray(lanes, at);
            a01.intoArray(lanes, at + Lanes.COUNT);
            a10.intoArray(lanes, at + 2 * Lanes.COUNT);
            a11.intoArray(lanes, at + 3 * Lanes.COUNT);
            a20.intoArray(lanes, at + 4 * Lanes.COUNT);
            a21.intoArray(lanes, at + 5 * Lanes.COUNT);
            a30.intoArray(lanes, at + 6 * Lanes.COUNT);
            a31.intoArray(lanes, at + 7 * Lanes.COUNT);
        }
    }

    /** One query, from {@code q} on, with the keys at four places. */
    static void one(
            MemorySegment memory,
            long p0,
            long p1,
            long p2,
            long p3,
            int width,
            float[] queries,
            int q,
            float[] lanes) {
        for (int lane = 0; lane < Arithmetic.LANES; lane++) {
            FloatVector a0 = FloatVector.zero(Lanes.FLOAT);
            FloatVector a1 = a0;
            FloatVector a2 = a0;
            FloatVector a3 = a0;
            for (int i = lane; i < width; i += Arithmetic.LANES) {
                FloatVector x = FloatVector.broadcast(Lanes.FLOAT, queries[q + i]);
                a0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p0 + i * STEP, NATIVE)
                        .fma(x, a0);
                a1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p1 + i * STEP, NATIVE)
                        .fma(x, a1);
                a2 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p2 + i * STEP, NATIVE)
                        .fma(x, a2);
                a3 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p3 + i * STEP, NATIVE)
                        .fma(x, a3);
            }
            int at = lane * PITCH;
            a0.intoArray(lanes, at);
            a1.intoArray(lanes, at + Lanes.COUNT);
            a2.intoArray(lanes, at + 2 * Lanes.COUNT);
            a3.intoArray(lanes, at + 3 * Lanes.COUNT);
        }
    }

    /** Adds the lanes of one vector of scores up, by halves, and gives them times a scale. */
    static void fold(float[] lanes, int score, float scale, float[] to, int at) {
        int from = score * Lanes.COUNT;
        FloatVector even = quarter(lanes, from).add(quarter(lanes, from + 2 * PITCH));
        FloatVector odd = quarter(lanes, from + PITCH).add(quarter(lanes, from + 3 * PITCH));
        even.add(odd).mul(scale).intoArray(to, at);
    }

    /** Every fourth lane. */
    private static FloatVector quarter(float[] lanes, int at) {
        FloatVector a = FloatVector.fromArray(Lanes.FLOAT, lanes, at)
                .add(FloatVector.fromArray(Lanes.FLOAT, lanes, at + 8 * PITCH));
        FloatVector b = FloatVector.fromArray(Lanes.FLOAT, lanes, at + 4 * PITCH)
                .add(FloatVector.fromArray(Lanes.FLOAT, lanes, at + 12 * PITCH));
        return a.add(b);
    }
}
