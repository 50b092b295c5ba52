package org.pixelllm.pxvm.executor.simd.product;

import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Groups;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * {@code y[r, o] = x[r]·w[o] + b[o]} for some groups of w's rows. Each output is summed in one order, which {@link Kernels}
 * keep: its bits depend neither on how many rows of x or groups go together, nor on vectors.
 *
 * @param w the weights // [o, i]
 * @param kernels of w's type
 * @param bias // [o], or null
 * @param result the tensor that y is
 */
public record Product(WeightTensor w, Kernels kernels, float @Nullable [] bias, int result) {

    /** Rows of x from which on weights are unpacked once for all, which costs as much as the products by two rows. */
    static final int MANY = 3;

    /** Rows of x whose sums are kept at once: so many make up for the unpacking. */
    private static final int BLOCK = 128;

    /**
     * Computes the outputs of some groups.
     *
     * @param y // [x.rows, o]
     * @param from the first group
     * @param to the group after the last
     */
    public void run(XRows x, float[] y, int from, int to, Scratch own) {
        if (kernels.multiply(this, x, y, from, to, own)) {
            return;
        }
        int together = kernels.groups();
        for (int first = 0; first < x.rows(); first += BLOCK) {
            int count = Math.min(BLOCK, x.rows() - first);
            for (int group = from; group < to; group += together) {
                own.clear(Math.ceilDiv(count, Scratch.TILE) * Scratch.TILE * together * Groups.MATRIX);
                int column = 0;
                for (int piece = 0; piece < w.pieces(); piece++) {
                    int columns = Math.min(w.pieceColumns(), w.columns() - column);
                    piece(x, first, count, group, to, piece, column, columns, own);
                    column += columns;
                }
                int outputs = Math.min(together, to - group) * Groups.MATRIX;
                for (int r = 0; r < count; r++) {
                    int at = r * together * Groups.MATRIX;
                    finish(x, first + r, y, group * Groups.MATRIX, outputs, own.sums(), at);
                }
            }
        }
    }

    /** The columns of a piece of the groups from {@code group} on; where there are fewer, the last one is taken again. */
    private void piece(
            XRows x, int first, int count, int group, int to, int piece, int column, int columns, Scratch own) {
        int together = kernels.groups();
        long p0 = w.pieceOffset(group, piece);
        long p1 = together < 4 ? p0 : w.pieceOffset(Math.min(group + 1, to - 1), piece);
        long p2 = together == 1 ? p0 : w.pieceOffset(Math.min(group + together / 2, to - 1), piece);
        long p3 = together < 4 ? p2 : w.pieceOffset(Math.min(group + 3, to - 1), piece);
        int unit = w.type().codec().unitColumns();
        int unitBytes = w.groups().unitBytes();
        int width = together * Groups.MATRIX;
        for (int k = 0; k < columns; k += Scratch.CHUNK) {
            int some = Math.min(Scratch.CHUNK, columns - k);
            long skipped = (long) (k / unit) * unitBytes;
            long a = p0 + skipped;
            long b = p1 + skipped;
            long c = p2 + skipped;
            long d = p3 + skipped;
            if (count < MANY) {
                for (int r = 0; r < count; r++) {
                    kernels.one(a, b, c, d, some, x, first + r, column + k, own, r * width);
                }
            } else {
                kernels.unpack(a, b, c, d, some, own);
                for (int r = 0; r < count; r += Scratch.TILE) {
                    kernels.tile(a, b, c, d, some, x, first + r, column + k, own, r * width);
                }
            }
        }
    }

    /**
     * Turns a row's sums into its outputs.
     *
     * @param from the first output
     * @param most sums that there are: beyond the last output they are of rows that fill up a group
     * @param at where the sums stand
     */
    public void finish(XRows x, int row, float[] y, int from, int most, float[] sums, int at) {
        int outputs = Math.min(most, w.rows() - from);
        if (w.type() == ElementType.U8) {
            float step = (w.range().max() - w.range().min()) / 255;
            float offset = w.range().min() * x.sums()[x.sumAt(row, 0)];
            for (int i = 0; i < outputs; i++) {
                sums[at + i] = Math.fma(sums[at + i], step, offset);
            }
        }
        int to = row * w.rows() + from;
        System.arraycopy(sums, at, y, to, outputs);
        if (bias != null) {
            for (int i = 0; i < outputs; i++) {
                y[to + i] += bias[from + i];
            }
        }
    }
}
