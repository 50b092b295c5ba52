package org.pixelllm.forge.importer.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The two types that no reference file has, against ggml's C written down line by line. */
class StoredTypeTest {

    private static byte[] block(int bytes, long seed) {
        byte[] block = new byte[bytes];
        new Random(seed).nextBytes(block);
        block[1] &= 0x3F; // finite scales
        block[3] &= 0x3F;
        return block;
    }

    private static float[] decode(StoredType type, byte[] block) {
        float[] values = new float[type.blockElements()];
        type.decode(block, values);
        return values;
    }

    @Test
    void q5With1() {
        for (long seed = 0; seed < 100; seed++) {
            byte[] x = block(24, seed);
            float d = Bits.f16(x, 0);
            float m = Bits.f16(x, 2);
            int qh = Bits.i32(x, 4);
            float[] y = new float[32];
            for (int j = 0; j < 16; ++j) {
                int xh0 = ((qh >>> (j + 0)) << 4) & 0x10;
                int xh1 = (qh >>> (j + 12)) & 0x10;
                int qs = x[8 + j] & 0xFF;
                y[j] = ((qs & 0x0F) | xh0) * d + m;
                y[j + 16] = ((qs >>> 4) | xh1) * d + m;
            }
            assertThat(decode(StoredType.Q5_1, x)).isEqualTo(y);
        }
    }

    @Test
    void q5OfSuperBlocks() {
        for (long seed = 0; seed < 100; seed++) {
            byte[] x = block(176, seed);
            float d = Bits.f16(x, 0);
            float min = Bits.f16(x, 2);
            int[] sc = new int[8];
            int[] m = new int[8];
            for (int j = 0; j < 8; j++) {
                int q = 4;
                if (j < 4) {
                    sc[j] = x[q + j] & 63;
                    m[j] = x[q + j + 4] & 63;
                } else {
                    sc[j] = (x[q + j + 4] & 0xF) | (((x[q + j - 4] & 0xFF) >>> 6) << 4);
                    m[j] = ((x[q + j + 4] & 0xFF) >>> 4) | (((x[q + j] & 0xFF) >>> 6) << 4);
                }
            }
            float[] y = new float[256];
            int out = 0;
            int ql = 48;
            int u1 = 1;
            int u2 = 2;
            for (int is = 0; is < 8; is += 2) {
                for (int l = 0; l < 32; ++l) {
                    int q = (x[ql + l] & 0xF) + ((x[16 + l] & u1) != 0 ? 16 : 0);
                    y[out++] = d * sc[is] * q - min * m[is];
                }
                for (int l = 0; l < 32; ++l) {
                    int q = ((x[ql + l] & 0xFF) >>> 4) + ((x[16 + l] & u2) != 0 ? 16 : 0);
                    y[out++] = d * sc[is + 1] * q - min * m[is + 1];
                }
                ql += 32;
                u1 <<= 2;
                u2 <<= 2;
            }
            assertThat(decode(StoredType.Q5_K, x)).isEqualTo(y);
        }
    }
}
