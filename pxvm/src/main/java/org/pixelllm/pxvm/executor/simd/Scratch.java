package org.pixelllm.pxvm.executor.simd;

/** What one thread needs while it computes. Kernels run one after another, so they share it. */
final class Scratch {

    /** Rows of a matrix that are taken at once. */
    static final int ROWS = 16;

    /** Vectors of which each becomes one sum // [ROWS, lanes] */
    final float[] lanes = new float[ROWS * Lanes.COUNT];

    /** Sums that do not go where they belong at once // [ROWS] */
    final float[] sums = new float[ROWS];

    /** Rows of weights, unpacked // [PanelTile.GROUP, padded columns] */
    final float[] panel;

    /** What {@link PanelTile} sums up. */
    final float[] stack = new float[PanelTile.STACK];

    /** What is being turned. */
    final float[] square = new float[Transposition.SIDE * Transposition.SIDE];

    /** Attention's weights // [positions] */
    float[] scores = {};

    /** @param columns of the widest matrix, padded */
    Scratch(int columns) {
        panel = new float[PanelTile.GROUP * columns];
    }

    /** Attention's weights, for at least so many positions. */
    float[] scores(int positions) {
        if (scores.length < positions) {
            scores = new float[Math.max(positions, 2 * scores.length)];
        }
        return scores;
    }
}
