package org.pixelllm.forge.importer.tensor;

/**
 * ggml's blocks of 32 elements with one scale d, those ending in 1 with an offset m too. Byte j of the codes holds
 * element j in its low nibble and element j + 16 in its high one; a fifth bit, where there is one, is in a 32-bit
 * word, element j's in place j.
 */
final class GgmlBlocksOf32 {

    private static final int HALF = 16;

    private GgmlBlocksOf32() {}

    /** d f16, 16 bytes of nibbles: {@code (n − 8) · d}. */
    static void q4With0(byte[] from, int at, float[] to, int out) {
        float d = Bits.f16(from, at);
        for (int j = 0; j < HALF; j++) {
            int codes = from[at + 2 + j];
            to[out + j] = ((codes & 0xF) - 8) * d;
            to[out + j + HALF] = ((codes >> 4 & 0xF) - 8) * d;
        }
    }

    /** d f16, m f16, 16 bytes of nibbles: {@code n · d + m}. */
    static void q4With1(byte[] from, int at, float[] to, int out) {
        float d = Bits.f16(from, at);
        float m = Bits.f16(from, at + 2);
        for (int j = 0; j < HALF; j++) {
            int codes = from[at + 4 + j];
            to[out + j] = (codes & 0xF) * d + m;
            to[out + j + HALF] = (codes >> 4 & 0xF) * d + m;
        }
    }

    /** d f16, fifth bits u32, 16 bytes of nibbles: {@code (n − 16) · d}. */
    static void q5With0(byte[] from, int at, float[] to, int out) {
        float d = Bits.f16(from, at);
        int fifth = Bits.i32(from, at + 2);
        for (int j = 0; j < HALF; j++) {
            int codes = from[at + 6 + j];
            to[out + j] = (low(codes, fifth, j) - 16) * d;
            to[out + j + HALF] = (high(codes, fifth, j) - 16) * d;
        }
    }

    /** d f16, m f16, fifth bits u32, 16 bytes of nibbles: {@code n · d + m}. */
    static void q5With1(byte[] from, int at, float[] to, int out) {
        float d = Bits.f16(from, at);
        float m = Bits.f16(from, at + 2);
        int fifth = Bits.i32(from, at + 4);
        for (int j = 0; j < HALF; j++) {
            int codes = from[at + 8 + j];
            to[out + j] = low(codes, fifth, j) * d + m;
            to[out + j + HALF] = high(codes, fifth, j) * d + m;
        }
    }

    private static int low(int codes, int fifth, int j) {
        return (codes & 0xF) | (((fifth >> j) & 1) << 4);
    }

    private static int high(int codes, int fifth, int j) {
        return ((codes >> 4) & 0xF) | (((fifth >> (j + HALF)) & 1) << 4);
    }

    /** d f16, 32 signed bytes: {@code q · d}. */
    static void q8With0(byte[] from, int at, float[] to, int out) {
        float d = Bits.f16(from, at);
        for (int j = 0; j < 2 * HALF; j++) {
            to[out + j] = from[at + 2 + j] * d;
        }
    }
}
