package org.pixelllm.pxvm.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.pxvm.cartridge.EncodedWeight;

class CodecTest {

    private static float[] roundTrip(ElementType type, float... row) {
        return WeightTensor.inMemory(Arena.ofAuto(), type, 1, row.length, row).decode();
    }

    private static byte[] bytes(ElementType type, float... row) {
        byte[] to = new byte[Math.toIntExact(type.codec().rowBytes(row.length))];
        type.codec().encode(row, Range.NONE, to, 0);
        return to;
    }

    @ParameterizedTest
    @CsvSource({
        // 11 bits of precision: 2049 lies between 2048 and 2050, 2051 between 2050 and 2052.
        "F16, 2049, 2048",
        "F16, 2051, 2052",
        "F16, 65519, 65504",
        "F16, 1e9, 65504",
        "F16, -1e9, -65504",
        "F16, 5.9604645e-8, 5.9604645e-8",
        "F16, 2.9802322e-8, 0",
        "F16, Infinity, Infinity",
        "F16, NaN, NaN",
        // 8 bits: 257 lies between 256 and 258, 259 between 258 and 260.
        "BF16, 257, 256",
        "BF16, 259, 260",
        "BF16, 257.001, 258",
        "BF16, -259, -260",
        "BF16, 3.4028235e38, 3.3895314e38",
        "BF16, -Infinity, -Infinity",
        "BF16, NaN, NaN"
    })
    void halvesRoundToNearestEven(ElementType type, float value, float expected) {
        assertThat(roundTrip(type, value)).containsExactly(expected);
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void everyHalfIsKept(ElementType type) {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value =
                    type == ElementType.F16 ? Float.float16ToFloat((short) bits) : Float.intBitsToFloat(bits << 16);
            if (!Float.isNaN(value)) {
                assertThat(Halves.get(bytes(type, value), 0)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void q8RoundsHalvesAwayFromZero() {
        float[] row = new float[40];
        row[0] = 127; // so that the scale is 1
        row[1] = 2.5f;
        row[2] = -2.5f;
        row[3] = 2.4f;
        row[39] = -254;
        byte[] bytes = bytes(ElementType.Q8, row);
        assertThat(bytes).hasSize(64 + 64);
        assertThat(Arrays.copyOfRange(bytes, 64, bytes.length)).startsWith(127, 3, -3, 2, 0);
        assertThat(bytes[64 + 39]).isEqualTo((byte) -127);
        assertThat(Halves.get(bytes, 0)).isEqualTo(Float.floatToFloat16(1));
        assertThat(Halves.get(bytes, 2)).isEqualTo(Float.floatToFloat16(2));
        assertThat(roundTrip(ElementType.Q8, row)).startsWith(127, 3, -3, 2, 0).endsWith(0, 0, -254);
    }

    @Test
    void q4HoldsElementJAndJPlus16InOneByte() {
        float[] row = new float[32];
        row[0] = 8; // the largest: the scale is −1, its nibble 0
        row[16] = -7;
        row[1] = 3.5f; // −3.5 + 8.5 = 5
        row[17] = -0.6f;
        byte[] bytes = bytes(ElementType.Q4, row);
        assertThat(bytes).hasSize(64 + 16);
        assertThat(Arrays.copyOfRange(bytes, 64, bytes.length)).startsWith(0xF0, 0x95, 0x88);
        assertThat(Halves.get(bytes, 0)).isEqualTo(Float.floatToFloat16(-1));
        float[] decoded = roundTrip(ElementType.Q4, row);
        assertThat(decoded[0]).isEqualTo(8);
        assertThat(decoded[16]).isEqualTo(-7);
        assertThat(decoded[1]).isEqualTo(3);
        assertThat(decoded[17]).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 17, 31, 32, 33, 63, 64, 65, 127, 129, 515})
    void blocksMeetEachValueWithinHalfAStep(int columns) {
        Random random = new Random(columns);
        float[] row = new float[columns];
        for (int i = 0; i < columns; i++) {
            row[i] = (float) random.nextGaussian();
        }
        float[] q8 = roundTrip(ElementType.Q8, row);
        float[] q4 = roundTrip(ElementType.Q4, row);
        for (int block = 0; block < columns; block += 32) {
            float largest = 0;
            for (int i = block; i < Math.min(columns, block + 32); i++) {
                largest = Math.max(largest, Math.abs(row[i]));
            }
            for (int i = block; i < Math.min(columns, block + 32); i++) {
                // Half a step, and the scale's own rounding to f16: 2⁻¹¹.
                assertThat(q8[i]).isCloseTo(row[i], Offset.offset(largest * (0.501f / 127 + 0x1p-11f)));
                // The side away from the extreme value has one step less.
                assertThat(q4[i]).isCloseTo(row[i], Offset.offset(largest * (1.001f / 8 + 0x1p-11f)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"Q8", "Q4"})
    void zerosStayZeros(ElementType type) {
        for (float value : roundTrip(type, new float[70])) {
            assertThat(value == 0).isTrue(); // of either sign
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"Q8", "Q4"})
    void blocksFromElsewhereKeepEveryCodeAndScale(ElementType type) {
        int codes = type == ElementType.Q8 ? 32 : 16;
        byte[] blocks = new byte[3 * (2 + codes)];
        new Random(1).nextBytes(blocks);
        for (int block = 0; block < 3; block++) {
            blocks[block * (2 + codes) + 1] = 0x30; // a finite scale
        }
        blocks[2] = -128;
        byte[] row = new byte[Math.toIntExact(type.codec().rowBytes(96))];
        EncodedWeight.ofBlocks(type, 96, r -> blocks).rows().write(0, row, 0);
        float[] values = new float[96];
        type.codec().decode(MemorySegment.ofArray(row), 0, Range.NONE, values, 0, 96);
        for (int i = 0; i < 96; i++) {
            int at = i / 32 * (2 + codes);
            float scale = Float.float16ToFloat(Halves.get(blocks, at));
            int q = type == ElementType.Q8
                    ? blocks[at + 2 + i % 32]
                    : (blocks[at + 2 + i % 16] >> (i % 32 < 16 ? 0 : 4) & 0xF) - 8;
            assertThat(values[i]).isEqualTo(scale * q);
        }
    }
}
