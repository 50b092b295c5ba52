package org.pixelllm.forge.importer.tensor;

/** ggml's super-blocks of 256 elements: parts of 32 or 16 with small whole scales of their own under a common one. */
final class GgmlBlocksOf256 {

    private static final int SCALES = 4; // after d and dmin

    private GgmlBlocksOf256() {}

    /** d f16, dmin f16, 12 bytes of 6-bit scales and minima, 128 bytes of nibbles: {@code d · s · n − dmin · m}. */
    static void q4(byte[] from, int at, float[] to, int out) {
        parts(from, at, at + SCALES + 12, -1, to, out);
    }

    /** As q4, with 32 bytes of fifth bits before the nibbles: bit p of byte l belongs to element l of part p. */
    static void q5(byte[] from, int at, float[] to, int out) {
        parts(from, at, at + SCALES + 12 + 32, at + SCALES + 12, to, out);
    }

    /** Eight parts of 32: two share 32 bytes of nibbles, the even one in the low ones. */
    private static void parts(byte[] from, int at, int nibbles, int fifths, float[] to, int out) {
        float d = Bits.f16(from, at);
        float dmin = Bits.f16(from, at + 2);
        for (int part = 0; part < 8; part++) {
            float scale = d * scale(from, at + SCALES, part);
            float min = dmin * min(from, at + SCALES, part);
            int codes = nibbles + part / 2 * 32;
            for (int l = 0; l < 32; l++) {
                int n = (from[codes + l] >> (4 * (part % 2))) & 0xF;
                if (fifths >= 0) {
                    n |= ((from[fifths + l] >> part) & 1) << 4;
                }
                to[out + 32 * part + l] = scale * n - min;
            }
        }
    }

    /** Six bits: parts 0 to 3 in a byte's low ones; the others four in a later byte and two in the spare high ones. */
    private static int scale(byte[] from, int at, int part) {
        return part < 4 ? from[at + part] & 63 : (from[at + part + 4] & 0xF) | (((from[at + part - 4] >> 6) & 3) << 4);
    }

    private static int min(byte[] from, int at, int part) {
        return part < 4
                ? from[at + part + 4] & 63
                : ((from[at + part + 4] >> 4) & 0xF) | (((from[at + part] >> 6) & 3) << 4);
    }

    /** 128 bytes of low nibbles, 64 of high pairs of bits, 16 signed scales, d f16: {@code d · s · (q − 32)}. */
    static void q6(byte[] from, int at, float[] to, int out) {
        float d = Bits.f16(from, at + 208);
        for (int half = 0; half < 2; half++) {
            int low = at + 64 * half;
            int high = at + 128 + 32 * half;
            int scales = at + 192 + 8 * half;
            for (int i = 0; i < 128; i++) {
                int quarter = i / 32;
                int l = i % 32;
                int nibble = (from[low + l + 32 * (quarter % 2)] >> (4 * (quarter / 2))) & 0xF;
                int q = (nibble | (((from[high + l] >> (2 * quarter)) & 3) << 4)) - 32;
                to[out + 128 * half + i] = d * from[scales + i / 16] * q;
            }
        }
    }

    /** dequantize_row_q2_K: 16 scales and minima of 4 bits, 64 bytes of pairs of bits, d f16, dmin f16. */
    static void q2(byte[] from, int at, float[] to, int out) {
        float d = Bits.f16(from, at + 80);
        float dmin = Bits.f16(from, at + 82);
        int y = out;
        int is = 0;
        for (int q = at + 16; q < at + 80; q += 32) {
            for (int shift = 0; shift < 8; shift += 2) {
                for (int half = 0; half < 32; half += 16) {
                    int sc = from[at + is++] & 0xFF;
                    float dl = d * (sc & 0xF);
                    float ml = dmin * (sc >> 4);
                    for (int l = 0; l < 16; l++) {
                        to[y++] = dl * (((from[q + half + l] & 0xFF) >> shift) & 3) - ml;
                    }
                }
            }
        }
    }

    /** dequantize_row_q3_K: 32 bytes of high bits, 64 of pairs of bits, 12 of scales packed in words, d f16. */
    static void q3(byte[] from, int at, float[] to, int out) {
        float d = Bits.f16(from, at + 108);
        int[] aux = {Bits.i32(from, at + 96), Bits.i32(from, at + 100), Bits.i32(from, at + 104), 0};
        int tmp = aux[2];
        int kmask1 = 0x03030303;
        int kmask2 = 0x0f0f0f0f;
        aux[2] = ((aux[0] >>> 4) & kmask2) | (((tmp >>> 4) & kmask1) << 4);
        aux[3] = ((aux[1] >>> 4) & kmask2) | (((tmp >>> 6) & kmask1) << 4);
        aux[0] = (aux[0] & kmask2) | ((tmp & kmask1) << 4);
        aux[1] = (aux[1] & kmask2) | (((tmp >>> 2) & kmask1) << 4);
        int y = out;
        int is = 0;
        int m = 1;
        for (int q = at + 32; q < at + 96; q += 32) {
            for (int shift = 0; shift < 8; shift += 2) {
                for (int half = 0; half < 32; half += 16) {
                    int scale = (byte) (aux[is / 4] >>> (8 * (is % 4)));
                    is++;
                    float dl = d * (scale - 32);
                    for (int l = 0; l < 16; l++) {
                        int bits = (from[q + half + l] & 0xFF) >> shift & 3;
                        to[y++] = dl * (bits - ((from[at + half + l] & m) != 0 ? 0 : 4));
                    }
                }
                m <<= 1;
            }
        }
    }
}
