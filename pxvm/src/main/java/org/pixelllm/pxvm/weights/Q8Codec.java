package org.pixelllm.pxvm.weights;

/**
 * {@code w = d · q}, q a signed byte, element after element. Encodes as llama.cpp's {@code quantize_row_q8_0_ref}: d is
 * the largest magnitude / 127. Readers take −128 too, which files from elsewhere may hold.
 */
final class Q8Codec extends BlockCodec {

    private static final int MAX = 127;

    Q8Codec() {
        super(BLOCK);
    }

    @Override
    void decodeBlock(byte[] codes, int at, float scale, float[] to) {
        for (int i = 0; i < BLOCK; i++) {
            to[i] = scale * codes[at + i];
        }
    }

    @Override
    float encodeBlock(float[] values, byte[] to, int at) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        float scale = largest / MAX;
        float inverse = scale == 0 ? 0 : 1 / scale;
        for (int i = 0; i < BLOCK; i++) {
            float q = values[i] * inverse;
            // C's roundf: halves go away from zero.
            int rounded = q < 0 ? -Math.round(-q) : Math.round(q);
            to[at + i] = (byte) Math.clamp(rounded, -MAX, MAX);
        }
        return scale;
    }
}
