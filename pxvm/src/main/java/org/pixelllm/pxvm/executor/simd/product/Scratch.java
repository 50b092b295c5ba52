package org.pixelllm.pxvm.executor.simd.product;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.weights.Groups;

/**
 * What one thread needs for its share of a product: where groups are gone through, what is known of the columns at hand.
 * Kernels run one after another, so that all share it.
 */
public final class Scratch {

    /** Columns that are gone through at once: all units divide it, and their weights as floats stay in the first-level cache. */
    public static final int CHUNK = 256;

    /** Blocks of so many columns, at most. */
    public static final int BLOCKS = CHUNK / 16;

    /** Rows of x that a tile has. */
    public static final int TILE = 4;

    private static final int MOST_GROUPS = 4;

    /** Rows of weights that are gone through together, at most. */
    public static final int WIDTH = MOST_GROUPS * Groups.MATRIX;

    /** Each block's scales // [blocks, rows of weights] */
    public final float[] scales = new float[BLOCKS * WIDTH];

    /** Each block's minima // [blocks, rows of weights] */
    public final float[] minima = new float[BLOCKS * WIDTH];

    /** A tile's sums of each block, before they are multiplied by its scales // [blocks, rows of x, rows of weights] */
    public final float[] tile = new float[BLOCKS * TILE * WIDTH];

    private float[] sums = {};
    private @Nullable MemorySegment panel;
    private byte @Nullable [] bytes;
    private float @Nullable [] values;
    private float @Nullable [][] strips;

    /** The sums so far // [rows of x, rows of weights] */
    public float[] sums() {
        return sums;
    }

    void clear(int count) {
        if (sums.length < count) {
            sums = new float[count];
        }
        Arrays.fill(sums, 0, count, 0);
    }

    /** Codes as floats, for vectors: native, so that kernels see the kind of memory that weights lie in // [groups, columns, lines] */
    public MemorySegment panel() {
        if (panel == null) {
            panel = Arena.ofAuto().allocate((long) Float.BYTES * CHUNK * WIDTH, (long) Float.BYTES * Groups.MATRIX);
        }
        return panel;
    }

    /** A group's bytes, for loops. */
    public byte[] bytes() {
        if (bytes == null) {
            bytes = new byte[Float.BYTES * CHUNK * Groups.MATRIX];
        }
        return bytes;
    }

    /** A group's codes as floats, for loops // [columns, lines] */
    public float[] values() {
        if (values == null) {
            values = new float[CHUNK * Groups.MATRIX];
        }
        return values;
    }

    /** Sums and products of a strip of outputs // [rows, outputs] */
    public float[][] strips(int rows, int outputs) {
        if (strips == null) {
            strips = new float[rows][outputs];
        }
        return strips;
    }
}
