package org.pixelllm.forge.importer.tensor;

import org.pixelllm.pxvm.weights.BlockCodec;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * ggml's blocks of 32 elements with one scale d first, those ending in 1 with an offset m after it. Byte j of the codes
 * holds element j in its low nibble and element j + 16 in its high one, as the machine's blocks do; a fifth bit, where
 * there is one, is in a 32-bit word, element j's in place j.
 */
final class BlocksOf32 {

    private static final int HALF = 16;
    private static final int SCALE = 2;

    private BlocksOf32() {}

    /** d f16, 16 bytes of nibbles: {@code (n − 8) · d}. */
    static void q4With0(byte[] from, int at, byte[] to, int out) {
        turn(from, at, SCALE, HALF, to, out);
    }

    /** d f16, m f16, 16 bytes of nibbles: {@code n · d + m}. */
    static void q4With1(byte[] from, int at, byte[] to, int out) {
        turn(from, at, 2 * SCALE, HALF, to, out);
    }

    /** d f16, 32 signed bytes: {@code q · d}. */
    static void q8With0(byte[] from, int at, byte[] to, int out) {
        turn(from, at, SCALE, 2 * HALF, to, out);
    }

    /** Puts what comes before the codes after them. */
    private static void turn(byte[] from, int at, int scales, int codes, byte[] to, int out) {
        System.arraycopy(from, at + scales, to, out, codes);
        System.arraycopy(from, at, to, out + codes, scales);
    }

    /** d f16, fifth bits u32, 16 bytes of nibbles: {@code (n − 16) · d}. */
    static void q5With0(byte[] from, int at, byte[] to, int out) {
        fives(from, at, SCALE, 16, ElementType.Q8, to, out);
    }

    /** d f16, m f16, fifth bits u32, 16 bytes of nibbles: {@code n · d + m}. */
    static void q5With1(byte[] from, int at, byte[] to, int out) {
        fives(from, at, 2 * SCALE, 0, ElementType.Q8M, to, out);
    }

    private static void fives(byte[] from, int at, int scales, int zero, ElementType type, byte[] to, int out) {
        BlockCodec codec = (BlockCodec) type.codec();
        int fifths = Bits.i32(from, at + scales);
        int nibbles = at + scales + Integer.BYTES;
        for (int j = 0; j < 2 * HALF; j++) {
            int nibble = from[nibbles + j % HALF] >> (4 * (j / HALF)) & 0xF;
            codec.putCode(to, out, j, (nibble | (fifths >> j & 1) << 4) - zero);
        }
        System.arraycopy(from, at, to, out + codec.codeBytes(), scales);
    }
}
