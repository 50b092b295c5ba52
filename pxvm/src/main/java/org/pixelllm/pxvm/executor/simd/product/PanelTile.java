package org.pixelllm.pxvm.executor.simd.product;

import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.RegisterTile;

/**
 * A few rows of weights by a panel of x, with the bits that the product of one row has: each lane's columns are summed in
 * registers, and the lanes' sums are added as {@link Lanes#sum} adds them, tiles at a time. What is waiting to be
 * added lies on a stack, as when counting in fours: two additions at a time halve what is read and written between.
 */
final class PanelTile {

    static final int ROWS = RegisterTile.ROWS;

    /** Rows of as many tiles as have their results brought to their places together. */
    static final int GROUP = 3 * ROWS;

    /** Tiles that are added at once. */
    private static final int TOGETHER = 4;

    /** Values of one tile of sums. */
    private static final int SIZE = ROWS * RegisterTile.WIDE;

    /** Values of the stack: a group's results, at most three tiles that wait at each level, and one that is being made. */
    static final int STACK =
            SIZE * (GROUP / ROWS + (TOGETHER - 1) * Math.ceilDiv(Integer.numberOfTrailingZeros(Lanes.COUNT), 2) + 1);

    private PanelTile() {}

    /**
     * Multiplies.
     *
     * @param w the rows of weights, from {@code wAt} // [ROWS, length]
     * @param length columns in whole pairs of vectors
     * @param row of x, with which a panel begins
     * @param stack receives the dot products from {@code bottom} // [ROWS, width of the panel]
     */
    static void multiply(float[] w, int wAt, int length, XPanels x, int row, float[] stack, int bottom) {
        int width = x.width(row);
        int size = ROWS * width;
        int steps = x.steps();
        int at = x.at(row);
        int top = bottom;
        for (int place = 0; place < Lanes.COUNT; place++, at += steps * width) {
            int lane = wAt + XPanels.lane(place);
            if (width == RegisterTile.NARROW) {
                RegisterTile.narrow(w, lane, length, Lanes.COUNT, x.values(), at, steps, stack, top, width, false);
            } else {
                RegisterTile.wide(w, lane, length, Lanes.COUNT, x.values(), at, steps, stack, top, width, false);
            }
            for (int made = place + 1; made % TOGETHER == 0; made /= TOGETHER) {
                top -= (TOGETHER - 1) * size;
                addFour(stack, top, size);
            }
            top += size;
        }
        if (top > bottom + size) {
            addTwo(stack, bottom, size);
        }
    }

    /** Adds four tiles, two and two. */
    private static void addFour(float[] stack, int bottom, int size) {
        int second = bottom + size;
        int third = second + size;
        int fourth = third + size;
        for (int i = 0; i < size; i += Lanes.COUNT) {
            FloatVector a = FloatVector.fromArray(Lanes.FLOAT, stack, bottom + i)
                    .add(FloatVector.fromArray(Lanes.FLOAT, stack, second + i));
            FloatVector b = FloatVector.fromArray(Lanes.FLOAT, stack, third + i)
                    .add(FloatVector.fromArray(Lanes.FLOAT, stack, fourth + i));
            a.add(b).intoArray(stack, bottom + i);
        }
    }

    /** Adds the two tiles that are left where the lanes are no power of four. */
    private static void addTwo(float[] stack, int bottom, int size) {
        for (int i = bottom; i < bottom + size; i += Lanes.COUNT) {
            FloatVector.fromArray(Lanes.FLOAT, stack, i)
                    .add(FloatVector.fromArray(Lanes.FLOAT, stack, size + i))
                    .intoArray(stack, i);
        }
    }
}
