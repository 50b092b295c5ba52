package org.pixelllm.pxvm.executor.simd.attention;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.memory.StateLayout;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;

/**
 * Scores of several positions at once, a vector of them at each place. One of the lanes that {@link Arithmetic} has is summed for
 * all places, then the next one: what a query has for it stays in registers meanwhile, and what is read of the keys serves two
 * queries. The loops are small, since the compiler begins long pieces of straight code by reading all that they need, and then
 * keeps it on the stack.
 */
final class KeyTiles {

    /** The most vectors of positions that go through together: a block's. */
    static final int VECTORS = StateLayout.BLOCK / Lanes.COUNT;

    private static final int PITCH = VECTORS * Lanes.COUNT;

    /** Floats of all sums of a query // [LANES, VECTORS, positions of a vector] */
    static final int SUMS = Arithmetic.LANES * PITCH;

    /** Floats of keys that go through together, at most: half of a first-level cache. */
    private static final int KEYS = 1 << 12;

    private static final int ROUNDS = 4;
    private static final long STEP = (long) Float.BYTES * StateLayout.GROUP;
    private static final long ROUND = Arithmetic.LANES * STEP;
    private static final ByteOrder NATIVE = ByteOrder.nativeOrder();

    /** One. Not a constant: loops that the compiler counts begin and end in loops of their own, longer than these. */
    @SuppressWarnings({"NonFinalStaticField", "FieldMayBeFinal"})
    private static int step = 1;

    private KeyTiles() {}

    /** How many vectors of keys of this width go through together. */
    static int vectors(int width) {
        return Math.clamp(KEYS / width / Lanes.COUNT, 1, VECTORS);
    }

    /**
     * Sums of two queries, at {@code q} and {@code q + width}.
     *
     * @param places of vectors of keys, of which so many are taken from the {@code first} on
     * @param width a multiple of the lanes
     * @param sums for them // [2, SUMS]
     */
    static void two(
            MemorySegment memory,
            long[] places,
            int first,
            int vectors,
            int width,
            float[] queries,
            int q,
            float[] sums) {
        int rounds = width / Arithmetic.LANES;
        int one = step;
        int r = q + width;
        int here;
        for (int done = 0; done < rounds; done += here) {
            here = Math.ceilDiv(rounds - done, Math.ceilDiv(rounds - done, ROUNDS));
            int column = done * Arithmetic.LANES;
            boolean add = done > 0;
            switch (here) {
                case 4 -> two4(memory, places, first, vectors, one, column, queries, q, r, sums, add);
                case 3 -> two3(memory, places, first, vectors, one, column, queries, q, r, sums, add);
                case 2 -> two2(memory, places, first, vectors, one, column, queries, q, r, sums, add);
                default -> two1(memory, places, first, vectors, one, column, queries, q, r, sums, add);
            }
        }
    }

    /**
     * Sums of one query, at {@code q}.
     *
     * @param places of vectors of keys, of which so many are taken from the {@code first} on
     * @param width a multiple of the lanes
     * @param sums for them // [SUMS]
     */
    static void one(
            MemorySegment memory,
            long[] places,
            int first,
            int vectors,
            int width,
            float[] queries,
            int q,
            float[] sums) {
        int rounds = width / Arithmetic.LANES;
        int one = step;
        int here;
        for (int done = 0; done < rounds; done += here) {
            here = Math.ceilDiv(rounds - done, Math.ceilDiv(rounds - done, ROUNDS));
            int column = done * Arithmetic.LANES;
            boolean add = done > 0;
            switch (here) {
                case 4 -> one4(memory, places, first, vectors, one, column, queries, q, sums, add);
                case 3 -> one3(memory, places, first, vectors, one, column, queries, q, sums, add);
                case 2 -> one2(memory, places, first, vectors, one, column, queries, q, sums, add);
                default -> one1(memory, places, first, vectors, one, column, queries, q, sums, add);
            }
        }
    }

    private static FloatVector key(MemorySegment memory, long at) {
        return FloatVector.fromMemorySegment(Lanes.FLOAT, memory, at, NATIVE);
    }

    private static FloatVector query(float[] queries, int at) {
        return FloatVector.broadcast(Lanes.FLOAT, queries[at]);
    }

    private static FloatVector start(float[] sums, int at, boolean add) {
        return add ? FloatVector.fromArray(Lanes.FLOAT, sums, at) : FloatVector.zero(Lanes.FLOAT);
    }

    private static void two4(
            MemorySegment memory,
            long[] places,
            int first,
            int vectors,
            int one,
            int column,
            float[] queries,
            int q,
            int r,
            float[] sums,
            boolean add) {
        for (int lane = 0; lane < Arithmetic.LANES; lane++) {
            int i = column + lane;
            FloatVector q0 = query(queries, q + i);
            FloatVector q1 = query(queries, q + i + Arithmetic.LANES);
            FloatVector q2 = query(queries, q + i + 2 * Arithmetic.LANES);
            FloatVector q3 = query(queries, q + i + 3 * Arithmetic.LANES);
            FloatVector r0 = query(queries, r + i);
            FloatVector r1 = query(queries, r + i + Arithmetic.LANES);
            FloatVector r2 = query(queries, r + i + 2 * Arithmetic.LANES);
            FloatVector r3 = query(queries, r + i + 3 * Arithmetic.LANES);
            for (int v = 0, s = lane * PITCH; v < vectors; v += one, s += Lanes.COUNT) {
                long p = places[first + v] + i * STEP;
                FloatVector k = key(memory, p);
                FloatVector a = k.fma(q0, start(sums, s, add));
                FloatVector b = k.fma(r0, start(sums, s + SUMS, add));
                k = key(memory, p + ROUND);
                a = k.fma(q1, a);
                b = k.fma(r1, b);
                k = key(memory, p + 2 * ROUND);
                a = k.fma(q2, a);
                b = k.fma(r2, b);
                k = key(memory, p + 3 * ROUND);
                k.fma(q3, a).intoArray(sums, s);
                k.fma(r3, b).intoArray(sums, s + SUMS);
            }
        }
    }

    private static void two3(
            MemorySegment memory,
            long[] places,
            int first,
            int vectors,
            int one,
            int column,
            float[] queries,
            int q,
            int r,
            float[] sums,
            boolean add) {
        for (int lane = 0; lane < Arithmetic.LANES; lane++) {
            int i = column + lane;
            FloatVector q0 = query(queries, q + i);
            FloatVector q1 = query(queries, q + i + Arithmetic.LANES);
            FloatVector q2 = query(queries, q + i + 2 * Arithmetic.LANES);
            FloatVector r0 = query(queries, r + i);
            FloatVector r1 = query(queries, r + i + Arithmetic.LANES);
            FloatVector r2 = query(queries, r + i + 2 * Arithmetic.LANES);
            for (int v = 0, s = lane * PITCH; v < vectors; v += one, s += Lanes.COUNT) {
                long p = places[first + v] + i * STEP;
                FloatVector k = key(memory, p);
                FloatVector a = k.fma(q0, start(sums, s, add));
                FloatVector b = k.fma(r0, start(sums, s + SUMS, add));
                k = key(memory, p + ROUND);
                a = k.fma(q1, a);
                b = k.fma(r1, b);
                k = key(memory, p + 2 * ROUND);
                k.fma(q2, a).intoArray(sums, s);
                k.fma(r2, b).intoArray(sums, s + SUMS);
            }
        }
    }

    private static void two2(
            MemorySegment memory,
            long[] places,
            int first,
            int vectors,
            int one,
            int column,
            float[] queries,
            int q,
            int r,
            float[] sums,
            boolean add) {
        for (int lane = 0; lane < Arithmetic.LANES; lane++) {
            int i = column + lane;
            FloatVector q0 = query(queries, q + i);
            FloatVector q1 = query(queries, q + i + Arithmetic.LANES);
            FloatVector r0 = query(queries, r + i);
            FloatVector r1 = query(queries, r + i + Arithmetic.LANES);
            for (int v = 0, s = lane * PITCH; v < vectors; v += one, s += Lanes.COUNT) {
                long p = places[first + v] + i * STEP;
                FloatVector k = key(memory, p);
                FloatVector a = k.fma(q0, start(sums, s, add));
                FloatVector b = k.fma(r0, start(sums, s + SUMS, add));
                k = key(memory, p + ROUND);
                k.fma(q1, a).intoArray(sums, s);
                k.fma(r1, b).intoArray(sums, s + SUMS);
            }
        }
    }

    private static void two1(
            MemorySegment memory,
            long[] places,
            int first,
            int vectors,
            int one,
            int column,
            float[] queries,
            int q,
            int r,
            float[] sums,
            boolean add) {
        for (int lane = 0; lane < Arithmetic.LANES; lane++) {
            int i = column + lane;
            FloatVector q0 = query(queries, q + i);
            FloatVector r0 = query(queries, r + i);
            for (int v = 0, s = lane * PITCH; v < vectors; v += one, s += Lanes.COUNT) {
                long p = places[first + v] + i * STEP;
                FloatVector k = key(memory, p);
                k.fma(q0, start(sums, s, add)).intoArray(sums, s);
                k.fma(r0, start(sums, s + SUMS, add)).intoArray(sums, s + SUMS);
            }
        }
    }

    private static void one4(
            MemorySegment memory,
            long[] places,
            int first,
            int vectors,
            int one,
            int column,
            float[] queries,
            int q,
            float[] sums,
            boolean add) {
        for (int lane = 0; lane < Arithmetic.LANES; lane++) {
            int i = column + lane;
            FloatVector q0 = query(queries, q + i);
            FloatVector q1 = query(queries, q + i + Arithmetic.LANES);
            FloatVector q2 = query(queries, q + i + 2 * Arithmetic.LANES);
            FloatVector q3 = query(queries, q + i + 3 * Arithmetic.LANES);
            for (int v = 0, s = lane * PITCH; v < vectors; v += one, s += Lanes.COUNT) {
                long p = places[first + v] + i * STEP;
                FloatVector k = key(memory, p);
                FloatVector a = k.fma(q0, start(sums, s, add));
                k = key(memory, p + ROUND);
                a = k.fma(q1, a);
                k = key(memory, p + 2 * ROUND);
                a = k.fma(q2, a);
                k = key(memory, p + 3 * ROUND);
                k.fma(q3, a).intoArray(sums, s);
            }
        }
    }

    private static void one3(
            MemorySegment memory,
            long[] places,
            int first,
            int vectors,
            int one,
            int column,
            float[] queries,
            int q,
            float[] sums,
            boolean add) {
        for (int lane = 0; lane < Arithmetic.LANES; lane++) {
            int i = column + lane;
            FloatVector q0 = query(queries, q + i);
            FloatVector q1 = query(queries, q + i + Arithmetic.LANES);
            FloatVector q2 = query(queries, q + i + 2 * Arithmetic.LANES);
            for (int v = 0, s = lane * PITCH; v < vectors; v += one, s += Lanes.COUNT) {
                long p = places[first + v] + i * STEP;
                FloatVector k = key(memory, p);
                FloatVector a = k.fma(q0, start(sums, s, add));
                k = key(memory, p + ROUND);
                a = k.fma(q1, a);
                k = key(memory, p + 2 * ROUND);
                k.fma(q2, a).intoArray(sums, s);
            }
        }
    }

    private static void one2(
            MemorySegment memory,
            long[] places,
            int first,
            int vectors,
            int one,
            int column,
            float[] queries,
            int q,
            float[] sums,
            boolean add) {
        for (int lane = 0; lane < Arithmetic.LANES; lane++) {
            int i = column + lane;
            FloatVector q0 = query(queries, q + i);
            FloatVector q1 = query(queries, q + i + Arithmetic.LANES);
            for (int v = 0, s = lane * PITCH; v < vectors; v += one, s += Lanes.COUNT) {
                long p = places[first + v] + i * STEP;
                FloatVector k = key(memory, p);
                FloatVector a = k.fma(q0, start(sums, s, add));
                k = key(memory, p + ROUND);
                k.fma(q1, a).intoArray(sums, s);
            }
        }
    }

    private static void one1(
            MemorySegment memory,
            long[] places,
            int first,
            int vectors,
            int one,
            int column,
            float[] queries,
            int q,
            float[] sums,
            boolean add) {
        for (int lane = 0; lane < Arithmetic.LANES; lane++) {
            int i = column + lane;
            FloatVector q0 = query(queries, q + i);
            for (int v = 0, s = lane * PITCH; v < vectors; v += one, s += Lanes.COUNT) {
                long p = places[first + v] + i * STEP;
                FloatVector k = key(memory, p);
                k.fma(q0, start(sums, s, add)).intoArray(sums, s);
            }
        }
    }

    /**
     * Adds the lanes of a query's scores up, by halves, and gives them times a scale.
     *
     * @param from where its sums begin
     */
    static void fold(float[] sums, int from, int vectors, float scale, float[] to, int at) {
        for (int v = 0; v < vectors * Lanes.COUNT; v += Lanes.COUNT) {
            FloatVector even = quarter(sums, from + v).add(quarter(sums, from + v + 2 * PITCH));
            FloatVector odd = quarter(sums, from + v + PITCH).add(quarter(sums, from + v + 3 * PITCH));
            even.add(odd).mul(scale).intoArray(to, at + v);
        }
    }

    /** Every fourth lane. */
    private static FloatVector quarter(float[] sums, int at) {
        FloatVector a = FloatVector.fromArray(Lanes.FLOAT, sums, at)
                .add(FloatVector.fromArray(Lanes.FLOAT, sums, at + 8 * PITCH));
        FloatVector b = FloatVector.fromArray(Lanes.FLOAT, sums, at + 4 * PITCH)
                .add(FloatVector.fromArray(Lanes.FLOAT, sums, at + 12 * PITCH));
        return a.add(b);
    }
}
