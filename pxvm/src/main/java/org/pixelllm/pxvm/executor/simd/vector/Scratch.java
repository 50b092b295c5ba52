package org.pixelllm.pxvm.executor.simd.vector;

/** What one thread needs while it computes. Kernels run one after another, so they share it. */
public final class Scratch {

    /** Rows of a matrix that are taken at once. */
    public static final int ROWS = 16;

    /** Vectors of which each becomes one sum // [ROWS, lanes] */
    public final float[] lanes = new float[ROWS * Lanes.COUNT];

    /** Sums that do not go where they belong at once // [ROWS] */
    public final float[] sums = new float[ROWS];

    /** Rows of weights, unpacked // [rows taken at once, padded columns] */
    public final float[] panel;

    /** Tiles of sums that wait to be added. */
    public final float[] stack;

    /** What is being transposed. */
    public final float[] square = new float[Transposition.SIDE * Transposition.SIDE];

    /**
     * Takes memory.
     *
     * @param panel values of the unpacked rows
     * @param stack values of the sums that wait to be added
     */
    public Scratch(int panel, int stack) {
        this.panel = new float[panel];
        this.stack = new float[stack];
    }
}
