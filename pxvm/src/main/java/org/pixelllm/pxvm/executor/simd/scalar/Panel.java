package org.pixelllm.pxvm.executor.simd.scalar;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.png.HeapSpace;
import org.pixelllm.pxvm.executor.simd.product.Blocks;
import org.pixelllm.pxvm.executor.simd.product.Product;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.weights.BlockCodec;
import org.pixelllm.pxvm.weights.Groups;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * A matrix in arrays, for one that is multiplied again and again in plain loops: four columns of some hundred outputs at a
 * time. The optimizing compiler makes vectors of such a loop by itself, of codes in bytes too, where all arrays are gone
 * through with one index; that is why each column of each strip is an array of its own.
 */
final class Panel {

    /** Outputs of a strip: their sums, and the weights of a block of columns, stay in the first-level cache. */
    static final int STRIP = 256;

    /** Rows of x that go together through a block of columns. */
    static final int ROWS = 16;

    /** Of the heap that is left, one part in so many may be taken by a panel. */
    private static final int SHARE = 8;

    private final @Nullable Blocks blocks;
    private final int columns; // filled up to whole units
    private final int outputs; // filled up to whole groups
    private final byte[][][] codes; // of types in blocks // [strips, columns, STRIP]
    private final float[][][] values; // of others // [strips, columns, STRIP]
    private final float[][][] scales; // [strips, blocks, STRIP]
    private final float[][][] minima; // [strips, blocks, STRIP]

    private Panel(WeightTensor w, ScalarKernels kernels, Scratch own) {
        this.blocks = Blocks.of(w.type());
        this.columns = w.groups().units() * w.type().codec().unitColumns();
        this.outputs = w.groups().count() * Groups.MATRIX;
        int strips = Math.ceilDiv(outputs, STRIP);
        int scaled = blocks == null ? 0 : blocks.count(columns);
        this.codes = new byte[strips][blocks == null ? 0 : columns][];
        this.values = new float[strips][blocks == null ? columns : 0][];
        this.scales = new float[strips][scaled][];
        this.minima = new float[strips][blocks != null && blocks.hasMinimum() ? scaled : 0][];
        for (int strip = 0; strip < strips; strip++) {
            int length = Math.min(STRIP, outputs - strip * STRIP);
            Arrays.setAll(codes[strip], i -> new byte[length]);
            allocate(values[strip], length);
            allocate(scales[strip], length);
            allocate(minima[strip], length);
        }
        for (int group = 0; group < w.groups().count(); group++) {
            int column = 0;
            for (int piece = 0; piece < w.pieces(); piece++) {
                int here = Math.min(w.pieceColumns(), w.columns() - column);
                for (int k = 0; k < here; k += Scratch.CHUNK) {
                    int some = Math.min(Scratch.CHUNK, here - k);
                    long skipped = (long) (k / w.type().codec().unitColumns())
                            * w.groups().unitBytes();
                    long at = w.pieceOffset(group, piece) + skipped;
                    kernels.unpack(at, at, at, at, some, own);
                    take(group, column + k, some, own);
                }
                column += here;
            }
        }
    }

    /** A matrix whose panel would fit in memory several times, or null. */
    static @Nullable Panel of(WeightTensor w, ScalarKernels kernels, Scratch own) {
        long bytes = (long) Float.BYTES * w.groups().count() * Groups.MATRIX * w.columns();
        return HeapSpace.holds(SHARE * bytes) ? new Panel(w, kernels, own) : null;
    }

    private static void allocate(float[][] rows, int length) {
        Arrays.setAll(rows, i -> new float[length]);
    }

    /** Takes the columns of a group that were just unpacked. */
    private void take(int group, int column, int count, Scratch own) {
        int strip = group * Groups.MATRIX / STRIP;
        int at = group * Groups.MATRIX % STRIP;
        if (blocks == null) {
            copy(own.values(), values[strip], column, count, at);
            return;
        }
        int here = blocks.count(count);
        int first = column / blocks.columns();
        bytes(own.values(), codes[strip], column, here * blocks.columns(), at);
        copy(own.scales, scales[strip], first, here, at);
        if (blocks.hasMinimum()) {
            copy(own.minima, minima[strip], first, here, at);
        }
    }

    private static void copy(float[] from, float[][] to, int first, int count, int at) {
        for (int i = 0; i < count; i++) {
            System.arraycopy(from, i * Groups.MATRIX, to[first + i], at, Groups.MATRIX);
        }
    }

    private static void bytes(float[] from, byte[][] to, int first, int count, int at) {
        for (int i = 0; i < count; i++) {
            byte[] column = to[first + i];
            for (int line = 0; line < Groups.MATRIX; line++) {
                column[at + line] = (byte) from[i * Groups.MATRIX + line];
            }
        }
    }

    /** Computes the outputs of some groups for all rows of x. */
    void run(Product product, XRows x, float[] y, int from, int to, Scratch own) {
        int end = to * Groups.MATRIX;
        for (int output = from * Groups.MATRIX; output < end; ) {
            int strip = output / STRIP;
            int low = output % STRIP;
            int high = Math.min(STRIP, end - strip * STRIP);
            for (int row = 0; row < x.rows(); row += ROWS) {
                strip(x, row, Math.min(ROWS, x.rows() - row), strip, low, high, own);
                for (int r = 0; r < Math.min(ROWS, x.rows() - row); r++) {
                    product.finish(x, row + r, y, output, high - low, own.strips(ROWS + 1, STRIP)[r], low);
                }
            }
            output = strip * STRIP + high;
        }
    }

    private void strip(XRows x, int row, int count, int strip, int low, int high, Scratch own) {
        float[][] sums = own.strips(ROWS + 1, STRIP);
        for (int r = 0; r < count; r++) {
            Arrays.fill(sums[r], low, high, 0);
        }
        if (blocks == null) {
            for (int k = 0; k < columns; k += Scratch.TILE) {
                for (int r = 0; r < count; r++) {
                    columns(values[strip], k, Math.min(columns, k + Scratch.TILE), x, row + r, sums[r], low, high);
                }
            }
            return;
        }
        float[] products = own.strips(ROWS + 1, STRIP)[ROWS];
        int size = blocks.columns();
        for (int k = 0, b = 0; k < columns; k += size, b++) {
            float[] scale = scales[strip][b];
            for (int r = 0; r < count; r++) {
                Arrays.fill(products, low, high, 0);
                columns(codes[strip], k, k + size, x, row + r, products, low, high);
                float sum = blocks.needsSums() ? x.sums()[x.sumAt(row + r, b)] : 0;
                if (blocks.hasMinimum()) {
                    scaled(products, scale, minima[strip][b], sum, sums[r], low, high);
                } else {
                    scaled(products, blocks.hasNibbles() ? BlockCodec.NIBBLE_ZERO * sum : 0, scale, sums[r], low, high);
                }
            }
        }
    }

    /** The columns of a block, of which there is a multiple of four. */
    private static void columns(byte[][] codes, int from, int to, XRows x, int row, float[] sums, int low, int high) {
        float[] values = x.values();
        int at = x.at(row, 0);
        for (int k = from; k < to; k += Scratch.TILE) {
            int v = at + k;
            four(
                    codes[k],
                    codes[k + 1],
                    codes[k + 2],
                    codes[k + 3],
                    values[v],
                    values[v + 1],
                    values[v + 2],
                    values[v + 3],
                    sums,
                    low,
                    high);
        }
    }

    private static void four(
            byte[] a,
            byte[] b,
            byte[] c,
            byte[] d,
            float u,
            float v,
            float w,
            float x,
            float[] sums,
            int low,
            int high) {
        for (int i = low; i < high; i++) {
            float first = Math.fma((float) b[i], v, Math.fma((float) a[i], u, sums[i]));
            sums[i] = Math.fma((float) d[i], x, Math.fma((float) c[i], w, first));
        }
    }

    private static void columns(float[][] codes, int from, int to, XRows x, int row, float[] sums, int low, int high) {
        float[] values = x.values();
        int at = x.at(row, 0);
        int k = from;
        for (; k <= to - Scratch.TILE; k += Scratch.TILE) {
            int v = at + k;
            four(
                    codes[k],
                    codes[k + 1],
                    codes[k + 2],
                    codes[k + 3],
                    values[v],
                    values[v + 1],
                    values[v + 2],
                    values[v + 3],
                    sums,
                    low,
                    high);
        }
        for (; k < to; k++) {
            one(codes[k], values[at + k], sums, low, high);
        }
    }

    private static void four(
            float[] a,
            float[] b,
            float[] c,
            float[] d,
            float u,
            float v,
            float w,
            float x,
            float[] sums,
            int low,
            int high) {
        for (int i = low; i < high; i++) {
            float first = Math.fma(b[i], v, Math.fma(a[i], u, sums[i]));
            sums[i] = Math.fma(d[i], x, Math.fma(c[i], w, first));
        }
    }

    private static void one(float[] a, float u, float[] sums, int low, int high) {
        for (int i = low; i < high; i++) {
            sums[i] = Math.fma(a[i], u, sums[i]);
        }
    }

    private static void scaled(float[] products, float off, float[] scale, float[] sums, int low, int high) {
        for (int i = low; i < high; i++) {
            sums[i] = Math.fma(products[i] - off, scale[i], sums[i]);
        }
    }

    private static void scaled(
            float[] products, float[] scale, float[] minimum, float sum, float[] sums, int low, int high) {
        for (int i = low; i < high; i++) {
            sums[i] = Math.fma(minimum[i], sum, Math.fma(products[i], scale[i], sums[i]));
        }
    }
}
