package org.pixelllm.pxvm.weights;

import java.lang.foreign.MemorySegment;

/** v0's bytes: {@code w = q / 255 · (max − min) + min}, computed in f32 as the original does. */
final class AffineU8Codec implements WeightCodec {

    @Override
    public long rowBytes(int columns) {
        return columns;
    }

    @Override
    public int columns(int bytes) {
        return bytes;
    }

    @Override
    public boolean hasRange() {
        return true;
    }

    @Override
    public Range range(float[] values) {
        return Range.of(values);
    }

    @Override
    public void decode(MemorySegment from, long offset, Range range, float[] to, int at, int count) {
        byte[] bytes = new byte[count];
        MemorySegment.copy(from, offset, MemorySegment.ofArray(bytes), 0, count);
        float span = range.max() - range.min();
        for (int i = 0; i < count; i++) {
            to[at + i] = (bytes[i] & 0xFF) / 255f * span + range.min();
        }
    }

    @Override
    public void encode(float[] row, Range range, byte[] to, int at) {
        float span = range.max() - range.min();
        for (int i = 0; i < row.length; i++) {
            int q = span == 0 ? 0 : Math.round((row[i] - range.min()) / span * 255f);
            to[at + i] = (byte) Math.clamp(q, 0, 255);
        }
    }
}
