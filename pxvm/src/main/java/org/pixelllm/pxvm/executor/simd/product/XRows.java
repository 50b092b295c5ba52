package org.pixelllm.pxvm.executor.simd.product;

import java.util.Arrays;
import org.pixelllm.pxvm.executor.simd.vector.Packing;
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

        /** One for each arrangement: the equality of records is linked when it is first used, which a short run would notice. */
        public int number() {
            return (((unit << Byte.SIZE) | paired) << Byte.SIZE) | (summed & 0xFF);
        }

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
    private final boolean packs;
    private final float[] fold = new float[LANES];
    private float[] filled = {};
    private float[] paired = {};
    private float[] packed = {};
    private float[] values = {};
    private float[] sums = {};
    private int rows;
    private int stride;
    private int blocks;

    /**
     * For the types of one arrangement.
     *
     * @param packs whether kernels of blocks read several rows packed; only with the Vector API
     */
    public XRows(Arrangement arrangement, boolean packs) {
        this.arrangement = arrangement;
        this.packs = packs && arrangement.unit() > 1;
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
        if (packs && rows >= Product.MANY) {
            pack();
        }
    }

    private void fillUp(float[] x, int columns) {
        if (filled.length < rows * stride) {
            filled = new float[rows * stride];
        }
        for (int r = 0; r < rows; r++) {
            System.arraycopy(x, r * columns, filled, r * stride, columns);
            Arrays.fill(filled, r * stride + columns, (r + 1) * stride, 0);
        }
        values = filled;
    }

    private void sum() {
        boolean whole = arrangement.summed() == Arrangement.WHOLE;
        int block = whole ? stride : arrangement.summed();
        blocks = stride / block;
        if (sums.length < rows * blocks) {
            sums = new float[rows * blocks];
        }
        for (int i = 0; i < rows * blocks; i++) {
            int at = i * block;
            sums[i] = whole ? sum(values, at, block) : block == LANES ? sum16(values, at) : sum32(values, at);
        }
    }

    /** In 16 lanes, the last of which may have one value less, folded by halves. */
    private float sum(float[] x, int from, int count) {
        Arrays.fill(fold, 0);
        int whole = count / LANES * LANES;
        for (int i = from; i < from + whole; i += LANES) {
            for (int j = 0; j < LANES; j++) {
                fold[j] += x[i + j];
            }
        }
        for (int j = 0; j < count - whole; j++) {
            fold[j] += x[from + whole + j];
        }
        return sum16(fold, 0);
    }

    // Written out: in loops of so few steps the compiler finds no vectors.

    private static float sum32(float[] x, int i) {
        float a = x[i] + x[i + 16] + (x[i + 8] + x[i + 24]);
        float b = x[i + 1] + x[i + 17] + (x[i + 9] + x[i + 25]);
        float c = x[i + 2] + x[i + 18] + (x[i + 10] + x[i + 26]);
        float d = x[i + 3] + x[i + 19] + (x[i + 11] + x[i + 27]);
        float e = x[i + 4] + x[i + 20] + (x[i + 12] + x[i + 28]);
        float f = x[i + 5] + x[i + 21] + (x[i + 13] + x[i + 29]);
        float g = x[i + 6] + x[i + 22] + (x[i + 14] + x[i + 30]);
        float h = x[i + 7] + x[i + 23] + (x[i + 15] + x[i + 31]);
        return sum8(a, b, c, d, e, f, g, h);
    }

    private static float sum16(float[] x, int i) {
        return sum8(
                x[i] + x[i + 8],
                x[i + 1] + x[i + 9],
                x[i + 2] + x[i + 10],
                x[i + 3] + x[i + 11],
                x[i + 4] + x[i + 12],
                x[i + 5] + x[i + 13],
                x[i + 6] + x[i + 14],
                x[i + 7] + x[i + 15]);
    }

    private static float sum8(float a, float b, float c, float d, float e, float f, float g, float h) {
        return a + e + (c + g) + (b + f + (d + h));
    }

    private void pair() {
        int length = rows * stride;
        if (paired.length < length) {
            paired = new float[length];
        }
        int half = arrangement.paired() / 2;
        for (int at = 0; at < length; at += 2 * half) {
            pair(values, at, half, paired);
        }
        values = paired;
    }

    private static void pair(float[] from, int at, int half, float[] to) {
        for (int i = 0; i < half; i++) {
            to[at + 2 * i] = from[at + i];
            to[at + 2 * i + 1] = from[at + half + i];
        }
    }

    /** Column after column of as many rows as a tile has; where rows are missing, the last one stands again. */
    private void pack() {
        int length = Math.ceilDiv(rows, Scratch.TILE) * Scratch.TILE * stride;
        if (packed.length < length) {
            packed = new float[length];
        }
        int last = rows - 1;
        for (int r = 0; r < rows; r += Scratch.TILE) {
            if (r + Scratch.TILE <= rows) {
                Packing.four(values, r * stride, stride, stride, packed, r * stride);
                continue;
            }
            int second = Math.min(r + 1, last) * stride;
            int third = Math.min(r + 2, last) * stride;
            int fourth = Math.min(r + 3, last) * stride;
            pack(values, r * stride, second, third, fourth, stride, packed, r * stride);
        }
    }

    private static void pack(float[] from, int a, int b, int c, int d, int count, float[] to, int at) {
        for (int i = 0; i < count; i++) {
            int p = at + Scratch.TILE * i;
            to[p] = from[a + i];
            to[p + 1] = from[b + i];
            to[p + 2] = from[c + i];
            to[p + 3] = from[d + i];
        }
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

    /** The values, packed for tiles; only where there are at least {@link Product#MANY} rows. */
    public float[] packed() {
        return packed;
    }

    /** Where a column of a tile stands there, which begins with this row. */
    public int packedAt(int row, int column) {
        return row * stride + Scratch.TILE * column;
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
