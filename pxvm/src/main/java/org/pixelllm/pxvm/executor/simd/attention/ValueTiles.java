package org.pixelllm.pxvm.executor.simd.attention;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;

/** Mixes of values: each column's sum goes on from what it has, in the order of the positions. */
final class ValueTiles {

    private static final ByteOrder NATIVE = ByteOrder.nativeOrder();
    private static final long VECTOR = (long) Float.BYTES * Lanes.COUNT;

    /** Columns of four rows that go through together. */
    static final int COLUMNS = 2 * Lanes.COUNT;

    private ValueTiles() {}

    /**
     * Four rows of weights.
     *
     * @param place of the first position's values
     * @param step bytes from one position's values to the next one's
     * @param count positions
     * @param columns at most {@link #COLUMNS}: whole vectors
     * @param weights from {@code weight} on, a row's {@code stride} from the one before
     * @param sums from {@code at} on, a row's {@code width} from the one before
     */
    static void four(
            MemorySegment memory,
            long place,
            long step,
            int count,
            int columns,
            float[] weights,
            int weight,
            int stride,
            float[] sums,
            int at,
            int width) {
        if (count == 0) {
            return;
        }
        if (columns < COLUMNS) {
            for (int row = 0; row < 4; row++) {
                one(memory, place, step, count, columns, weights, weight + row * stride, sums, at + row * width);
            }
            return;
        }
        FloatVector a00 = FloatVector.fromArray(Lanes.FLOAT, sums, at);
        FloatVector a01 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Lanes.COUNT);
        FloatVector a10 = FloatVector.fromArray(Lanes.FLOAT, sums, at + width);
        FloatVector a11 = FloatVector.fromArray(Lanes.FLOAT, sums, at + width + Lanes.COUNT);
        FloatVector a20 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * width);
        FloatVector a21 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * width + Lanes.COUNT);
        FloatVector a30 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * width);
        FloatVector a31 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * width + Lanes.COUNT);
        long p = place;
        for (int s = weight; s < weight + count; s++, p += step) {
            FloatVector v0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p, NATIVE);
            FloatVector v1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p + VECTOR, NATIVE);
            FloatVector w = FloatVector.broadcast(Lanes.FLOAT, weights[s]);
            a00 = v0.fma(w, a00);
            a01 = v1.fma(w, a01);
            w = FloatVector.broadcast(Lanes.FLOAT, weights[s + stride]);
            a10 = v0.fma(w, a10);
            a11 = v1.fma(w, a11);
            w = FloatVector.broadcast(Lanes.FLOAT, weights[s + 2 * stride]);
            a20 = v0.fma(w, a20);
            a21 = v1.fma(w, a21);
            w = FloatVector.broadcast(Lanes.FLOAT, weights[s + 3 * stride]);
            a30 = v0.fma(w, a30);
            a31 = v1.fma(w, a31);
        }
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + Lanes.COUNT);
        a10.intoArray(sums, at + width);
        a11.intoArray(sums, at + width + Lanes.COUNT);
        a20.intoArray(sums, at + 2 * width);
        a21.intoArray(sums, at + 2 * width + Lanes.COUNT);
        a30.intoArray(sums, at + 3 * width);
        a31.intoArray(sums, at + 3 * width + Lanes.COUNT);
    }

    /** One row of weights, {@code weights} from {@code weight} on; the rest as for four. */
    static void one(
            MemorySegment memory,
            long place,
            long step,
            int count,
            int width,
            float[] weights,
            int weight,
            float[] sums,
            int at) {
        int i = 0;
        for (; i <= width - 8 * Lanes.COUNT; i += 8 * Lanes.COUNT) {
            one8(memory, place + (long) Float.BYTES * i, step, count, weights, weight, sums, at + i);
        }
        for (; i <= width - 4 * Lanes.COUNT; i += 4 * Lanes.COUNT) {
            one4(memory, place + (long) Float.BYTES * i, step, count, weights, weight, sums, at + i);
        }
        for (; i <= width - 2 * Lanes.COUNT; i += 2 * Lanes.COUNT) {
            one2(memory, place + (long) Float.BYTES * i, step, count, weights, weight, sums, at + i);
        }
        for (; i < width; i += Lanes.COUNT) {
            one1(memory, place + (long) Float.BYTES * i, step, count, weights, weight, sums, at + i);
        }
    }

    private static void one8(
            MemorySegment memory, long place, long step, int count, float[] weights, int weight, float[] sums, int at) {
        FloatVector a0 = FloatVector.fromArray(Lanes.FLOAT, sums, at);
        FloatVector a1 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Lanes.COUNT);
        FloatVector a2 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Lanes.COUNT);
        FloatVector a3 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Lanes.COUNT);
        FloatVector a4 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 4 * Lanes.COUNT);
        FloatVector a5 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 5 * Lanes.COUNT);
        FloatVector a6 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 6 * Lanes.COUNT);
        FloatVector a7 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 7 * Lanes.COUNT);
        long p = place;
        for (int s = weight; s < weight + count; s++, p += step) {
            FloatVector w = FloatVector.broadcast(Lanes.FLOAT, weights[s]);
            a0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p, NATIVE).fma(w, a0);
            a1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p + VECTOR, NATIVE)
                    .fma(w, a1);
            a2 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p + 2 * VECTOR, NATIVE)
                    .fma(w, a2);
            a3 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p + 3 * VECTOR, NATIVE)
                    .fma(w, a3);
            a4 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p + 4 * VECTOR, NATIVE)
                    .fma(w, a4);
            a5 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p + 5 * VECTOR, NATIVE)
                    .fma(w, a5);
            a6 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p + 6 * VECTOR, NATIVE)
                    .fma(w, a6);
            a7 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p + 7 * VECTOR, NATIVE)
                    .fma(w, a7);
        }
        a0.intoArray(sums, at);
        a1.intoArray(sums, at + Lanes.COUNT);
        a2.intoArray(sums, at + 2 * Lanes.COUNT);
        a3.intoArray(sums, at + 3 * Lanes.COUNT);
        a4.intoArray(sums, at + 4 * Lanes.COUNT);
        a5.intoArray(sums, at + 5 * Lanes.COUNT);
        a6.intoArray(sums, at + 6 * Lanes.COUNT);
        a7.intoArray(sums, at + 7 * Lanes.COUNT);
    }

    private static void one4(
            MemorySegment memory, long place, long step, int count, float[] weights, int weight, float[] sums, int at) {
        FloatVector a0 = FloatVector.fromArray(Lanes.FLOAT, sums, at);
        FloatVector a1 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Lanes.COUNT);
        FloatVector a2 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 2 * Lanes.COUNT);
        FloatVector a3 = FloatVector.fromArray(Lanes.FLOAT, sums, at + 3 * Lanes.COUNT);
        long p = place;
        for (int s = weight; s < weight + count; s++, p += step) {
            FloatVector w = FloatVector.broadcast(Lanes.FLOAT, weights[s]);
            a0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p, NATIVE).fma(w, a0);
            a1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p + VECTOR, NATIVE)
                    .fma(w, a1);
            a2 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p + 2 * VECTOR, NATIVE)
                    .fma(w, a2);
            a3 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p + 3 * VECTOR, NATIVE)
                    .fma(w, a3);
        }
        a0.intoArray(sums, at);
        a1.intoArray(sums, at + Lanes.COUNT);
        a2.intoArray(sums, at + 2 * Lanes.COUNT);
        a3.intoArray(sums, at + 3 * Lanes.COUNT);
    }

    private static void one2(
            MemorySegment memory, long place, long step, int count, float[] weights, int weight, float[] sums, int at) {
        FloatVector a0 = FloatVector.fromArray(Lanes.FLOAT, sums, at);
        FloatVector a1 = FloatVector.fromArray(Lanes.FLOAT, sums, at + Lanes.COUNT);
        long p = place;
        for (int s = weight; s < weight + count; s++, p += step) {
            FloatVector w = FloatVector.broadcast(Lanes.FLOAT, weights[s]);
            a0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p, NATIVE).fma(w, a0);
            a1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p + VECTOR, NATIVE)
                    .fma(w, a1);
        }
        a0.intoArray(sums, at);
        a1.intoArray(sums, at + Lanes.COUNT);
    }

    private static void one1(
            MemorySegment memory, long place, long step, int count, float[] weights, int weight, float[] sums, int at) {
        FloatVector a0 = FloatVector.fromArray(Lanes.FLOAT, sums, at);
        long p = place;
        for (int s = weight; s < weight + count; s++, p += step) {
            FloatVector w = FloatVector.broadcast(Lanes.FLOAT, weights[s]);
            a0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p, NATIVE).fma(w, a0);
        }
        a0.intoArray(sums, at);
    }
}
