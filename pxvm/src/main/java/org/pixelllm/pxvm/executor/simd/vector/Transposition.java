package org.pixelllm.pxvm.executor.simd.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Turns a square of vectors: rows and columns change places, bit by bit of their numbers. Four rows at a time stay in
 * registers for two bits. Value by value, each store would wait for a cache line of its own.
 */
public final class Transposition {

    /** Rows and columns of a square, where {@link #FITS}. */
    public static final int SIDE = 16;

    /** Whether vectors have the length that this is written for. */
    public static final boolean FITS = Lanes.COUNT == SIDE;

    private static final VectorShuffle<Float> SWAP_8 = swap(8);
    private static final VectorShuffle<Float> SWAP_4 = swap(4);
    private static final VectorShuffle<Float> SWAP_2 = swap(2);
    private static final VectorShuffle<Float> SWAP_1 = swap(1);
    private static final VectorMask<Float> SET_8 = Lanes.lanes(8);
    private static final VectorMask<Float> SET_4 = Lanes.lanes(4);
    private static final VectorMask<Float> SET_2 = Lanes.lanes(2);
    private static final VectorMask<Float> SET_1 = Lanes.lanes(1);

    private Transposition() {}

    private static VectorShuffle<Float> swap(int bit) {
        return VectorShuffle.fromOp(Lanes.FLOAT, i -> (i ^ bit) % Lanes.COUNT);
    }

    /**
     * Turns a square.
     *
     * @param x its rows, {@code step} apart, from {@code from}
     * @param to receives its columns as rows, the i-th at {@code at + order[i] · toStep}
     * @param square room for one // [16, 16]
     */
    public static void square(
            float[] x, int from, int step, float[] to, int at, int[] order, int toStep, float[] square) {
        for (int i = 0; i < 4; i++) {
            high(x, from + i * step, 4 * step, square, i * SIDE);
        }
        for (int i = 0; i < SIDE; i += 4) {
            low(
                    square,
                    i * SIDE,
                    to,
                    at + order[i] * toStep,
                    at + order[i + 1] * toStep,
                    at + order[i + 2] * toStep,
                    at + order[i + 3] * toStep);
        }
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(Lanes.FLOAT, x, at);
    }

    /** The bits of 8 and 4, of four rows that are 4 apart. */
    private static void high(float[] x, int from, int step, float[] to, int at) {
        FloatVector a = load(x, from);
        FloatVector b = load(x, from + step);
        FloatVector c = load(x, from + 2 * step);
        FloatVector d = load(x, from + 3 * step);
        FloatVector ac = a.blend(c.rearrange(SWAP_8), SET_8);
        FloatVector ca = a.rearrange(SWAP_8).blend(c, SET_8);
        FloatVector bd = b.blend(d.rearrange(SWAP_8), SET_8);
        FloatVector db = b.rearrange(SWAP_8).blend(d, SET_8);
        ac.blend(bd.rearrange(SWAP_4), SET_4).intoArray(to, at);
        ac.rearrange(SWAP_4).blend(bd, SET_4).intoArray(to, at + 4 * SIDE);
        ca.blend(db.rearrange(SWAP_4), SET_4).intoArray(to, at + 8 * SIDE);
        ca.rearrange(SWAP_4).blend(db, SET_4).intoArray(to, at + 12 * SIDE);
    }

    /** The bits of 2 and 1, of four rows that follow one another. */
    private static void low(float[] x, int from, float[] to, int to0, int to1, int to2, int to3) {
        FloatVector a = load(x, from);
        FloatVector b = load(x, from + SIDE);
        FloatVector c = load(x, from + 2 * SIDE);
        FloatVector d = load(x, from + 3 * SIDE);
        FloatVector ac = a.blend(c.rearrange(SWAP_2), SET_2);
        FloatVector ca = a.rearrange(SWAP_2).blend(c, SET_2);
        FloatVector bd = b.blend(d.rearrange(SWAP_2), SET_2);
        FloatVector db = b.rearrange(SWAP_2).blend(d, SET_2);
        ac.blend(bd.rearrange(SWAP_1), SET_1).intoArray(to, to0);
        ac.rearrange(SWAP_1).blend(bd, SET_1).intoArray(to, to1);
        ca.blend(db.rearrange(SWAP_1), SET_1).intoArray(to, to2);
        ca.rearrange(SWAP_1).blend(db, SET_1).intoArray(to, to3);
    }
}
