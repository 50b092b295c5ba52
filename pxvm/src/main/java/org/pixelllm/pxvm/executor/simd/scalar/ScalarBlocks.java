package org.pixelllm.pxvm.executor.simd.scalar;

import java.util.Arrays;
import org.pixelllm.pxvm.executor.simd.product.Blocks;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.weights.BlockCodec;
import org.pixelllm.pxvm.weights.WeightTensor;

/** Types in blocks. */
final class ScalarBlocks extends ScalarKernels {

    private final Blocks layout;

    ScalarBlocks(WeightTensor w, Blocks layout) {
        super(w);
        this.layout = layout;
    }

    @Override
    public void unpack(long p0, long p1, long p2, long p3, int columns, Scratch own) {
        int blocks = layout.count(columns);
        byte[] bytes = bytes(p0, layout.first() + blocks * layout.step(), own);
        float[] to = own.values();
        int at = layout.first();
        int codes = layout.codes();
        for (int b = 0; b < blocks; b++, at += layout.step()) {
            if (layout.hasNibbles()) {
                nibbles(bytes, at, codes, to, 2 * codes * b);
            } else {
                bytes(bytes, at, codes, to, codes * b);
            }
            factors(bytes, 0, at + codes, own.scales, b * Sums.LINES);
            if (layout.hasMinimum()) {
                int size = layout.isTwiceScaled() ? 1 : Short.BYTES;
                factors(bytes, Short.BYTES * Sums.LINES, at + codes + size * Sums.LINES, own.minima, b * Sums.LINES);
            }
        }
    }

    private static void bytes(byte[] from, int at, int count, float[] to, int toAt) {
        for (int i = 0; i < count; i++) {
            to[toAt + i] = from[at + i];
        }
    }

    /** The low nibbles of a line, then its high ones. */
    private static void nibbles(byte[] from, int at, int count, float[] to, int toAt) {
        for (int line = 0; line < count; line += Sums.LINES) {
            int low = toAt + 2 * line;
            int high = low + Sums.LINES;
            for (int i = 0; i < Sums.LINES; i++) {
                int code = from[at + line + i];
                to[low + i] = code & 0xF;
                to[high + i] = code >> 4 & 0xF;
            }
        }
    }

    /** Scales or minima of a block: f16, or bytes by which the unit's f16 are multiplied. */
    private void factors(byte[] from, int unit, int at, float[] to, int toAt) {
        for (int i = 0; i < Sums.LINES; i++) {
            to[toAt + i] = layout.isTwiceScaled() ? half(from, unit + 2 * i) * from[at + i] : half(from, at + 2 * i);
        }
    }

    private static float half(byte[] from, int at) {
        return Float.float16ToFloat((short) ((from[at] & 0xFF) | (from[at + 1] << 8)));
    }

    @Override
    void multiply(int columns, XRows x, int row, int column, Scratch own, int at) {
        int size = layout.columns();
        int blocks = layout.count(columns);
        for (int b = 0; b < blocks; b++) {
            Arrays.fill(own.tile, 0, Sums.LINES, 0);
            int here = column + b * size;
            Sums.one(own.values(), b * size * Sums.LINES, size, x.values(), x.at(row, here), own.tile, 0);
            add(own, 0, b, x, x.sumAt(row, here / size), at);
        }
    }

    @Override
    public void tile(
            long p0, long p1, long p2, long p3, int columns, XRows x, int row, int column, Scratch own, int at) {
        int size = layout.columns();
        int blocks = layout.count(columns);
        int last = x.rows() - 1;
        int r1 = Math.min(row + 1, last);
        int r2 = Math.min(row + 2, last);
        int r3 = Math.min(row + 3, last);
        for (int b = 0; b < blocks; b++) {
            Arrays.fill(own.tile, 0, Scratch.TILE * Sums.LINES, 0);
            int here = column + b * size;
            int x0 = x.at(row, here);
            int x1 = x.at(r1, here);
            int x2 = x.at(r2, here);
            int x3 = x.at(r3, here);
            Sums.four(own.values(), b * size * Sums.LINES, size, x.values(), x0, x1, x2, x3, own.tile, 0);
            for (int r = 0; r < Scratch.TILE; r++) {
                int sum = x.sumAt(Math.min(row + r, last), here / size);
                add(own, r * Sums.LINES, b, x, sum, at + r * Sums.LINES);
            }
        }
    }

    /** Adds a block's products, scaled, to the sums. */
    private void add(Scratch own, int from, int block, XRows x, int sumAt, int at) {
        float[] a = own.tile;
        float[] sums = own.sums();
        int s = block * Sums.LINES;
        float sum = layout.needsSums() ? x.sums()[sumAt] : 0;
        if (layout.hasMinimum()) {
            for (int i = 0; i < Sums.LINES; i++) {
                float t = Math.fma(a[from + i], own.scales[s + i], sums[at + i]);
                sums[at + i] = Math.fma(own.minima[s + i], sum, t);
            }
        } else if (layout.hasNibbles()) {
            float off = BlockCodec.NIBBLE_ZERO * sum;
            for (int i = 0; i < Sums.LINES; i++) {
                sums[at + i] = Math.fma(a[from + i] - off, own.scales[s + i], sums[at + i]);
            }
        } else {
            for (int i = 0; i < Sums.LINES; i++) {
                sums[at + i] = Math.fma(a[from + i], own.scales[s + i], sums[at + i]);
            }
        }
    }
}
