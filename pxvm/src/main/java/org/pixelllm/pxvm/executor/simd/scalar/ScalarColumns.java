package org.pixelllm.pxvm.executor.simd.scalar;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.WeightTensor;

/** Types whose columns stand for themselves. */
final class ScalarColumns extends ScalarKernels {

    private final ElementType type;

    ScalarColumns(WeightTensor w) {
        super(w);
        this.type = w.type();
    }

    @Override
    public void unpack(long p0, long p1, long p2, long p3, int columns, Scratch own) {
        int count = columns * Sums.LINES;
        byte[] bytes = bytes(p0, count * type.codec().unitBytes(), own);
        float[] to = own.values();
        switch (type) {
            case F32 -> floats(bytes, to, count);
            case U8 -> unsigned(bytes, to, count);
            case F16 -> halves(bytes, to, count);
            case BF16 -> upperHalves(bytes, to, count);
            case Q8, Q4, Q8M, Q4M, Q8K16, Q4K16, Q4K16M, Q4K32M, Q8K32M, IDS ->
                throw new IllegalStateException(type + " has no columns that stand for themselves");
        }
    }

    private static void floats(byte[] from, float[] to, int count) {
        MemorySegment.copy(MemorySegment.ofArray(from), 0, MemorySegment.ofArray(to), 0, (long) Float.BYTES * count);
        for (int i = 0; i < count && ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN; i++) {
            to[i] = Float.intBitsToFloat(Integer.reverseBytes(Float.floatToRawIntBits(to[i])));
        }
    }

    private static void unsigned(byte[] from, float[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = from[i] & 0xFF;
        }
    }

    private static void halves(byte[] from, float[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = Float.float16ToFloat((short) ((from[2 * i] & 0xFF) | (from[2 * i + 1] << 8)));
        }
    }

    private static void upperHalves(byte[] from, float[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = Float.intBitsToFloat((from[2 * i] & 0xFF) << 16 | from[2 * i + 1] << 24);
        }
    }

    @Override
    void multiply(int columns, XRows x, int row, int column, Scratch own, int at) {
        Sums.one(own.values(), 0, columns, x.values(), x.at(row, column), own.sums(), at);
    }

    @Override
    public void tile(
            long p0, long p1, long p2, long p3, int columns, XRows x, int row, int column, Scratch own, int at) {
        int last = x.rows() - 1;
        int x0 = x.at(row, column);
        int x1 = x.at(Math.min(row + 1, last), column);
        int x2 = x.at(Math.min(row + 2, last), column);
        int x3 = x.at(Math.min(row + 3, last), column);
        Sums.four(own.values(), 0, columns, x.values(), x0, x1, x2, x3, own.sums(), at);
    }
}
