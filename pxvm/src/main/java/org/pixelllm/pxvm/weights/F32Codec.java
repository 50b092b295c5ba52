package org.pixelllm.pxvm.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** 32-bit floats, little endian. */
final class F32Codec implements WeightCodec {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public long rowBytes(int columns) {
        return 4L * columns;
    }

    @Override
    public int columns(int bytes) {
        return bytes / 4;
    }

    @Override
    public Range range(float[] values) {
        return Range.NONE;
    }

    @Override
    public void decode(MemorySegment from, long offset, Range range, float[] to, int at, int count) {
        if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            MemorySegment.copy(from, offset, MemorySegment.ofArray(to), 4L * at, 4L * count);
        } else {
            MemorySegment.copy(from, FLOAT, offset, to, at, count);
        }
    }

    @Override
    public void encode(float[] row, Range range, byte[] to, int at) {
        for (int i = 0; i < row.length; i++) {
            int bits = Float.floatToRawIntBits(row[i]);
            to[at + 4 * i] = (byte) bits;
            to[at + 4 * i + 1] = (byte) (bits >> 8);
            to[at + 4 * i + 2] = (byte) (bits >> 16);
            to[at + 4 * i + 3] = (byte) (bits >> 24);
        }
    }
}
