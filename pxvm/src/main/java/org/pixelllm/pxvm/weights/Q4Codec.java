package org.pixelllm.pxvm.weights;

/**
 * {@code w = d · (n − 8)}, n a nibble: byte j of a block holds element j in its low nibble and element j + 16 in its
 * high one, as GGUF's Q4_0. Encodes as llama.cpp's {@code quantize_row_q4_0_ref}: d is the value of largest magnitude
 * / −8, so that this one is met exactly.
 */
final class Q4Codec extends BlockCodec {

    private static final int HALF = BLOCK / 2;

    Q4Codec() {
        super(HALF);
    }

    @Override
    void decodeBlock(byte[] codes, int at, float scale, float[] to) {
        for (int i = 0; i < HALF; i++) {
            to[i] = scale * ((codes[at + i] & 0xF) - 8);
            to[i + HALF] = scale * ((codes[at + i] >> 4 & 0xF) - 8);
        }
    }

    @Override
    float encodeBlock(float[] values, byte[] to, int at) {
        float extreme = 0;
        for (float value : values) {
            if (Math.abs(value) > Math.abs(extreme)) {
                extreme = value;
            }
        }
        float scale = extreme / -8;
        float inverse = scale == 0 ? 0 : 1 / scale;
        for (int i = 0; i < HALF; i++) {
            to[at + i] = (byte) (nibble(values[i] * inverse) | nibble(values[i + HALF] * inverse) << 4);
        }
        return scale;
    }

    private static int nibble(float q) {
        return Math.clamp((int) (q + 8.5f), 0, 15);
    }
}
