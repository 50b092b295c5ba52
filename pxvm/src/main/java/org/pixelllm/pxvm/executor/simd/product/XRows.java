package org.pixelllm.pxvm.executor.simd.product;

import java.util.Arrays;
import org.pixelllm.pxvm.weights.ElementType;

/** Rows of x as a type's kernels read them, and what they need to know of them; made once for all products that share them. */
public final class XRows {

    private static final int LANES = 16;

    /**
     * What kernels read.
     *
     * @param unit columns that rows are filled up to a multiple of, with zeros
     * @param paired 0, or the columns of a block in which each column is followed by the one half a block on
     * @param summed 0, or the columns of a block of which the sum is needed; {@link #WHOLE} for whole rows
     */
    public record Arrangement(int unit, int paired, int summed) {

        static final int WHOLE = -1;

        /** What the kernels of a type read. */
        public static Arrangement of(ElementType type) {
            Blocks blocks = Blocks.of(type);
            if (blocks == null) {
                return new Arrangement(1, 0, type == ElementType.U8 ? WHOLE : 0);
            }
            return new Arrangement(
                    blocks.unitColumns(),
                    blocks.hasNibbles() ? blocks.columns() : 0,
                    blocks.needsSums() ? blocks.columns() : 0);
        }
    }

    private final Arrangement arrangement;
    private final float[] fold = new float[LANES];
    private final float[] block = new float[2 * LANES];
    private float[] own = {};
    private float[] values = {};
    private float[] sums = {};
    private int rows;
    private int stride;
    private int blocks;

    /** For the types of one arrangement. */
    public XRows(Arrangement arrangement) {
        this.arrangement = arrangement;
    }

    /** Values as floats that rows of x so wide take at most, beside x itself. */
    public static long most(int columns) {
        return Math.ceilDiv(columns, Scratch.CHUNK) * (long) Scratch.CHUNK;
    }

    /**
     * Takes rows, which stay in place where the arrangement is theirs.
     *
     * @param x // [rows, columns]
     */
    public void take(float[] x, int rows, int columns) {
        this.rows = rows;
        stride = Math.ceilDiv(columns, arrangement.unit()) * arrangement.unit();
        values = x;
        if (stride != columns) {
            fillUp(x, columns);
        }
        if (arrangement.summed() != 0) {
            sum();
        }
        if (arrangement.paired() > 0) {
            pair();
        }
    }

    private float[] own() {
        if (own.length < rows * stride) {
            own = new float[rows * stride];
        }
        return own;
    }

    private void fillUp(float[] x, int columns) {
        float[] to = own();
        for (int r = 0; r < rows; r++) {
            System.arraycopy(x, r * columns, to, r * stride, columns);
            Arrays.fill(to, r * stride + columns, (r + 1) * stride, 0);
        }
        values = to;
    }

    private void sum() {
        int block = arrangement.summed() == Arrangement.WHOLE ? stride : arrangement.summed();
        blocks = stride / block;
        if (sums.length < rows * blocks) {
            sums = new float[rows * blocks];
        }
        for (int i = 0; i < rows * blocks; i++) {
            sums[i] = sum(values, i * block, block);
        }
    }

    /** In 16 lanes, the last of which may have one value less, folded by halves. */
    private float sum(float[] x, int from, int count) {
        float[] lanes = fold;
        Arrays.fill(lanes, 0);
        int whole = count / LANES * LANES;
        for (int i = from; i < from + whole; i += LANES) {
            for (int j = 0; j < LANES; j++) {
                lanes[j] += x[i + j];
            }
        }
        for (int j = 0; j < count - whole; j++) {
            lanes[j] += x[from + whole + j];
        }
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int j = 0; j < half; j++) {
                lanes[j] += lanes[j + half];
            }
        }
        return lanes[0];
    }

    private void pair() {
        float[] from = values;
        float[] to = own(); // perhaps the same
        int half = arrangement.paired() / 2;
        for (int at = 0; at < rows * stride; at += 2 * half) {
            System.arraycopy(from, at, block, 0, 2 * half);
            for (int i = 0; i < half; i++) {
                to[at + 2 * i] = block[i];
                to[at + 2 * i + 1] = block[half + i];
            }
        }
        values = to;
    }

    /** How many rows there are. */
    public int rows() {
        return rows;
    }

    /** The values, row by row. */
    public float[] values() {
        return values;
    }

    /** Where a column of a row stands. */
    public int at(int row, int column) {
        return row * stride + column;
    }

    /** The sums, row by row. */
    public float[] sums() {
        return sums;
    }

    /** Where the sum of a row's block stands. */
    public int sumAt(int row, int block) {
        return row * blocks + block;
    }
}
