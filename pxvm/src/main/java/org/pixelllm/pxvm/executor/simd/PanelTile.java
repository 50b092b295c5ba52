package org.pixelllm.pxvm.executor.simd;

import jdk.incubator.vector.FloatVector;

/**
 * A few rows of weights by a panel of x, with the bits that the product of one row has: each lane's columns are summed in
 * registers, and the lanes' sums are added as {@link Lanes#sum} adds them, tiles at a time. What is waiting to be
 * added lies on a stack, as when counting in binary.
 */
final class PanelTile {

    static final int ROWS = RegisterTile.ROWS;

    /** Values of one tile of sums. */
    private static final int SIZE = ROWS * RegisterTile.WIDE;

    /** Values of the stack: one tile for each halving of a vector, and the one being made. */
    static final int STACK = SIZE * (Integer.numberOfTrailingZeros(Lanes.COUNT) + 1);

    private PanelTile() {}

    /**
     * Multiplies.
     *
     * @param w the rows of weights // [ROWS, length]
     * @param length columns in whole pairs of vectors
     * @param row of x, with which a panel begins
     * @param stack receives the dot products at its beginning // [ROWS, width of the panel]
     */
    static void multiply(float[] w, int length, XPanels x, int row, float[] stack) {
        int width = x.width(row);
        int size = ROWS * width;
        int steps = x.steps();
        int at = x.at(row);
        int top = 0;
        for (int place = 0; place < Lanes.COUNT; place++, at += steps * width) {
            int lane = XPanels.lane(place);
            int waiting = Integer.numberOfTrailingZeros(~place);
            if (width == RegisterTile.NARROW) {
                RegisterTile.narrow(
                        w, lane, length, Lanes.COUNT, x.values(), at, steps, stack, top * size, width, false);
            } else {
                RegisterTile.wide(w, lane, length, Lanes.COUNT, x.values(), at, steps, stack, top * size, width, false);
            }
            if (waiting > 0) {
                add(stack, (top - waiting) * size, size, waiting);
            }
            top += 1 - waiting;
        }
    }

    /** Adds the topmost tile of the stack to the one below it, the sum to the one below that, and so on. */
    private static void add(float[] stack, int bottom, int size, int waiting) {
        int top = bottom + waiting * size;
        for (int i = 0; i < size; i += Lanes.COUNT) {
            FloatVector sum = FloatVector.fromArray(Lanes.FLOAT, stack, top + i);
            for (int at = top - size; at >= bottom; at -= size) {
                sum = FloatVector.fromArray(Lanes.FLOAT, stack, at + i).add(sum);
            }
            sum.intoArray(stack, bottom + i);
        }
    }
}
