package org.pixelllm.forge.importer.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pixelllm.pxvm.weights.Range;

/** Blocks of random bits against ggml's own formulas, which are written out beside this test. */
class StoredTypeTest {

    private static final int ELEMENTS = 1024;

    /** ggml's formula for a block at {@code at}. */
    private interface Formula {
        void decode(byte[] from, int at, float[] to, int out);
    }

    private static Formula formula(StoredType type) {
        return switch (type) {
            case F32 -> (from, at, to, out) -> to[out] = Float.intBitsToFloat(Bits.i32(from, at));
            case F16 -> (from, at, to, out) -> to[out] = Bits.f16(from, at);
            case BF16 -> (from, at, to, out) -> to[out] = Float.intBitsToFloat(Bits.u16(from, at) << 16);
            case Q4_0 -> GgmlBlocksOf32::q4With0;
            case Q4_1 -> GgmlBlocksOf32::q4With1;
            case Q5_0 -> GgmlBlocksOf32::q5With0;
            case Q5_1 -> GgmlBlocksOf32::q5With1;
            case Q8_0 -> GgmlBlocksOf32::q8With0;
            case Q2_K -> GgmlBlocksOf256::q2;
            case Q3_K -> GgmlBlocksOf256::q3;
            case Q4_K -> GgmlBlocksOf256::q4;
            case Q5_K -> GgmlBlocksOf256::q5;
            case Q6_K -> GgmlBlocksOf256::q6;
        };
    }

    @ParameterizedTest
    @EnumSource
    void everyValueHasTheBitsThatGgmlGivesIt(StoredType type) {
        Random random = new Random(type.ordinal());
        int block = type.blockElements();
        byte[] row = new byte[(int) type.rowBytes(ELEMENTS)];
        int blockBytes = row.length * block / ELEMENTS;
        int compared = 0;
        for (int round = 0; round < 50; round++) {
            random.nextBytes(row);
            float[] expected = new float[ELEMENTS];
            for (int at = 0, out = 0; at < row.length; at += blockBytes, out += block) {
                formula(type).decode(row, at, expected, out);
            }
            float[] read = new float[ELEMENTS];
            type.decode(row, read);
            byte[] arranged = new byte[type.same().codec().rowBytes(ELEMENTS) + 3];
            random.nextBytes(arranged); // what was there before does not matter
            type.arrange(row, arranged, 3);
            float[] kept = new float[ELEMENTS];
            type.same().codec().decode(arranged, 3, Range.NONE, kept, 0, ELEMENTS);
            for (int i = 0; i < ELEMENTS; i++) {
                // Random f16 scales are now and then infinite: a cartridge refuses those.
                if (Float.isFinite(expected[i])) {
                    assertThat(read[i] == expected[i])
                            .as("%s %d: %s, %s", type, i, read[i], expected[i])
                            .isTrue();
                    assertThat(kept[i] == expected[i]).isTrue();
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(ELEMENTS * 30);
    }
}
