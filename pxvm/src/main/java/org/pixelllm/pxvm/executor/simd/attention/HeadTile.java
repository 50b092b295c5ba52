package org.pixelllm.pxvm.executor.simd.attention;

import java.util.Arrays;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.memory.Mover;
import org.pixelllm.pxvm.executor.memory.Positions;
import org.pixelllm.pxvm.executor.memory.StateLayout;

/**
 * Queries that look back on one key head of one session, and what becomes of them. Each row is a query head at a token; rows are in
 * the order of their tokens. For one thread at a time; memory is kept for the next tile.
 */
public final class HeadTile {

    /** The most rows. */
    public static final int ROWS = 16;

    final Mover mover = new Mover();
    final int[] first = new int[ROWS]; // the positions that a row looks back on
    final int[] last = new int[ROWS];
    float[] queries = {}; // [rows, width]
    float[] scores = {}; // [rows, stride], from position base on; then the weights
    float[] sums = {}; // [rows, width]
    float[] some = {}; // a block's keys or values as floats // [BLOCK, width]
    final float[] dots = new float[StateLayout.BLOCK + Arithmetic.LANES];
    private final float[] shares = new float[ROWS];
    int rows;
    int width;
    int base; // a multiple of GROUP
    int end;
    int stride;
    float scale;

    /** Begins a tile of no rows. */
    public void begin(int width, float scale) {
        this.width = width;
        this.scale = scale;
        this.rows = 0;
        if (queries.length < ROWS * width) {
            queries = new float[ROWS * width];
            sums = new float[ROWS * width];
            some = new float[StateLayout.BLOCK * width];
        }
    }

    /**
     * Adds a row, at most {@link #ROWS}.
     *
     * @param q where its query is, from {@code at} on
     * @param from the first position that it looks back on
     * @param position its own
     */
    public void add(float[] q, int at, int from, int position) {
        System.arraycopy(q, at, queries, rows * width, width);
        first[rows] = from;
        last[rows] = position;
        rows++;
    }

    /**
     * Computes all rows.
     *
     * @param keys the tensor
     * @param values the tensor
     * @param column where the head's elements begin in a position
     * @param softcap of the scores; 0 for none
     */
    public void run(
            Heads heads, Arithmetic arithmetic, Positions positions, int keys, int values, int column, float softcap) {
        base = first[0] / StateLayout.GROUP * StateLayout.GROUP;
        end = last[rows - 1] + 1;
        stride = Math.ceilDiv(end - base, StateLayout.GROUP) * StateLayout.GROUP;
        if (scores.length < rows * stride) {
            scores = new float[Math.max(rows * stride, Math.min(2 * scores.length, ROWS * stride))];
        }
        heads.scores(this, positions, keys, column);
        if (softcap > 0) {
            arithmetic.softcap(scores, scores, rows * stride, softcap);
        }
        for (int row = 0; row < rows; row++) {
            int at = row * stride + first[row] - base;
            int count = last[row] - first[row] + 1;
            float max = arithmetic.max(scores, at, count);
            shares[row] = 1 / arithmetic.exponentials(scores, at, count, max);
        }
        Arrays.fill(sums, 0, rows * width, 0);
        heads.mix(this, positions, values, column);
    }

    /** Gives a row's mix. */
    public void result(int row, float[] y, int at) {
        float share = shares[row];
        int from = row * width;
        for (int i = 0; i < width; i++) {
            y[at + i] = sums[from + i] * share;
        }
    }
}
