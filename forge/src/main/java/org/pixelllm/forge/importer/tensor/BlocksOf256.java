package org.pixelllm.forge.importer.tensor;

import org.pixelllm.pxvm.weights.BlockCodec;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * ggml's super-blocks of 256 elements: parts of 32 or 16 with small whole scales of their own under a common one, and
 * some with minima, which are taken away: the machine's are added.
 */
final class BlocksOf256 {

    private static final int ELEMENTS = 256;
    private static final int HALF_FLOAT = 2;

    private BlocksOf256() {}

    private static BlockCodec codec(ElementType type) {
        return (BlockCodec) type.codec();
    }

    /** 16 bytes of nibbles, scales low and minima high, 64 of pairs of bits, d f16, dmin f16: {@code d · s · q − dmin · m}. */
    static void q2(byte[] from, int at, byte[] to, int out) {
        BlockCodec codec = codec(ElementType.Q4K16M);
        for (int i = 0; i < ELEMENTS; i++) {
            codec.putCode(to, out, i, pair(from, at + 16, i));
        }
        for (int part = 0; part < 16; part++) {
            codec.putFactor(to, out, part, from[at + part] & 0xF);
            codec.putMinimum(to, out, part, -(from[at + part] >> 4 & 0xF));
        }
        System.arraycopy(from, at + 16 + 64, to, out, 2 * HALF_FLOAT);
    }

    /**
     * 32 bytes of third bits, 64 of pairs of bits, 12 of 6-bit scales, d f16: {@code d · (s − 32) · q}, q from −4, which a
     * third bit makes one from 0.
     */
    static void q3(byte[] from, int at, byte[] to, int out) {
        BlockCodec codec = codec(ElementType.Q4K16);
        for (int i = 0; i < ELEMENTS; i++) {
            int third = from[at + i % 32] >> (i / 32) & 1;
            codec.putCode(to, out, i, pair(from, at + 32, i) - 4 * (1 - third) + BlockCodec.NIBBLE_ZERO);
        }
        int scales = at + 32 + 64;
        for (int part = 0; part < 16; part++) {
            int low = from[scales + part % 8] >> (4 * (part / 8)) & 0xF;
            int high = from[scales + 8 + part % 4] >> (2 * (part / 4)) & 3;
            codec.putFactor(to, out, part, (low | high << 4) - 32);
        }
        System.arraycopy(from, scales + 12, to, out, HALF_FLOAT);
    }

    /** Pairs of bits: four runs of 32 elements share 32 bytes, the first in the lowest bits. */
    private static int pair(byte[] from, int at, int i) {
        return from[at + i / 128 * 32 + i % 32] >> (2 * (i % 128 / 32)) & 3;
    }

    /** d f16, dmin f16, 12 bytes of 6-bit scales and minima, 128 bytes of nibbles: {@code d · s · n − dmin · m}. */
    static void q4(byte[] from, int at, byte[] to, int out) {
        BlockCodec codec = codec(ElementType.Q4K32M);
        int nibbles = at + 2 * HALF_FLOAT + 12;
        for (int i = 0; i < ELEMENTS; i++) {
            codec.putCode(to, out, i, nibble(from, nibbles, i));
        }
        parts(codec, from, at, to, out);
    }

    /** As q4, with 32 bytes of fifth bits before the nibbles: bit p of byte l belongs to element l of part p. */
    static void q5(byte[] from, int at, byte[] to, int out) {
        BlockCodec codec = codec(ElementType.Q8K32M);
        int fifths = at + 2 * HALF_FLOAT + 12;
        for (int i = 0; i < ELEMENTS; i++) {
            int fifth = from[fifths + i % 32] >> (i / 32) & 1;
            codec.putCode(to, out, i, nibble(from, fifths + 32, i) | fifth << 4);
        }
        parts(codec, from, at, to, out);
    }

    /** Two parts of 32 share 32 bytes of nibbles, the even one in the low ones. */
    private static int nibble(byte[] from, int at, int i) {
        return from[at + i / 64 * 32 + i % 32] >> (4 * (i / 32 % 2)) & 0xF;
    }

    private static void parts(BlockCodec codec, byte[] from, int at, byte[] to, int out) {
        for (int part = 0; part < 8; part++) {
            codec.putFactor(to, out, part, scale(from, at + 2 * HALF_FLOAT, part));
            codec.putMinimum(to, out, part, -min(from, at + 2 * HALF_FLOAT, part));
        }
        System.arraycopy(from, at, to, out, 2 * HALF_FLOAT);
    }

    /** Six bits: parts 0 to 3 in a byte's low ones; the others four in a later byte and two in the spare high ones. */
    private static int scale(byte[] from, int at, int part) {
        return part < 4 ? from[at + part] & 63 : (from[at + part + 4] & 0xF) | (from[at + part - 4] >> 6 & 3) << 4;
    }

    private static int min(byte[] from, int at, int part) {
        return part < 4 ? from[at + part + 4] & 63 : (from[at + part + 4] >> 4 & 0xF) | (from[at + part] >> 6 & 3) << 4;
    }

    /** 128 bytes of low nibbles, 64 of high pairs of bits, 16 signed scales, d f16: {@code d · s · (q − 32)}. */
    static void q6(byte[] from, int at, byte[] to, int out) {
        BlockCodec codec = codec(ElementType.Q8K16);
        for (int i = 0; i < ELEMENTS; i++) {
            int half = i / 128;
            int quarter = i % 128 / 32;
            int nibble = from[at + 64 * half + i % 64] >> (4 * (quarter / 2)) & 0xF;
            int high = from[at + 128 + 32 * half + i % 32] >> (2 * quarter) & 3;
            codec.putCode(to, out, i, (nibble | high << 4) - 32);
        }
        for (int part = 0; part < 16; part++) {
            codec.putFactor(to, out, part, from[at + 192 + part]);
        }
        System.arraycopy(from, at + 208, to, out, HALF_FLOAT);
    }
}
