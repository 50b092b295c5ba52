package org.pixelllm.pxvm.weights;

/** v0's bytes: {@code w = q / 255 · (max − min) + min}, computed in f32 as the original does. */
final class AffineU8Codec extends PlainCodec {

    AffineU8Codec() {
        super(1);
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
    public void decode(byte[] from, int offset, Range range, float[] to, int at, int count) {
        float span = range.max() - range.min();
        for (int i = 0; i < count; i++) {
            to[at + i] = (from[offset + i] & 0xFF) / 255f * span + range.min();
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
