package org.pixelllm.pxvm.weights;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/** 32-bit floats, little endian. */
final class F32Codec extends PlainCodec {

    F32Codec() {
        super(Float.BYTES);
    }

    @Override
    public void decode(byte[] from, int offset, Range range, float[] to, int at, int count) {
        if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            long bytes = (long) Float.BYTES * count;
            MemorySegment.copy(
                    MemorySegment.ofArray(from), offset, MemorySegment.ofArray(to), (long) Float.BYTES * at, bytes);
            return;
        }
        for (int i = 0; i < count; i++) {
            int p = offset + Float.BYTES * i;
            to[at + i] = Float.intBitsToFloat(
                    (from[p] & 0xFF) | (from[p + 1] & 0xFF) << 8 | (from[p + 2] & 0xFF) << 16 | from[p + 3] << 24);
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
