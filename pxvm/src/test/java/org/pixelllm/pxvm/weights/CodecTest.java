package org.pixelllm.pxvm.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {

    private static float[] roundTrip(ElementType type, float... row) {
        return WeightTensor.vector(Arena.ofAuto(), type, row).decode();
    }

    private static byte[] bytes(ElementType type, float... row) {
        byte[] to = new byte[type.codec().rowBytes(row.length)];
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
        assertThat(bytes).hasSize(2 * (32 + 2)).startsWith(127, 3, -3, 2, 0);
        assertThat(bytes[34 + 39 - 32]).isEqualTo((byte) -127);
        assertThat(Halves.get(bytes, 32)).isEqualTo(Float.floatToFloat16(1));
        assertThat(Halves.get(bytes, 34 + 32)).isEqualTo(Float.floatToFloat16(2));
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
        assertThat(bytes).hasSize(16 + 2).startsWith(0xF0, 0x95, 0x88);
        assertThat(Halves.get(bytes, 16)).isEqualTo(Float.floatToFloat16(-1));
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
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "IDS")
    void zerosStayZeros(ElementType type) {
        for (float value : roundTrip(type, new float[70])) {
            assertThat(value == 0).isTrue(); // of either sign
        }
    }

    /** However many rows there are, and wherever a row ends, it comes back as it is alone. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "IDS")
    void rowsOfAGroupAreWhatEachIsAlone(ElementType type) {
        Random random = new Random(1);
        for (int rows : new int[] {1, 15, 16, 33}) {
            for (int columns : new int[] {1, 16, 31, 48, 256, 300, 515}) {
                float[] values = new float[rows * columns];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                WeightTensor matrix = WeightTensor.matrix(Arena.ofAuto(), type, rows, columns, values);
                float[] row = new float[columns];
                for (int r = 0; r < rows; r++) {
                    byte[] alone = new byte[type.codec().rowBytes(columns)];
                    type.codec()
                            .encode(
                                    Arrays.copyOfRange(values, r * columns, (r + 1) * columns),
                                    matrix.range(),
                                    alone,
                                    0);
                    byte[] collected = new byte[alone.length];
                    matrix.copyRow(r, collected, 0);
                    assertThat(collected).isEqualTo(alone);
                    float[] decoded = new float[columns];
                    type.codec().decode(alone, 0, matrix.range(), decoded, 0, columns);
                    matrix.decodeRow(r, row, 0);
                    assertThat(row).isEqualTo(decoded);
                    assertThat(Arrays.copyOfRange(matrix.decode(), r * columns, (r + 1) * columns))
                            .isEqualTo(decoded);
                }
            }
        }
    }

    /** What a group's bytes are, written out by hand: 16 rows' codes of a column side by side, then 16 scales. */
    @Test
    void aGroupHoldsTheSameColumnOfSixteenRowsSideBySide() {
        float[] values = new float[16 * 32];
        for (int row = 0; row < 16; row++) {
            values[row * 32] = 127 * (row + 1); // the scale is row + 1
            values[row * 32 + 5] = 2 * (row + 1);
        }
        WeightTensor w = WeightTensor.matrix(Arena.ofAuto(), ElementType.Q8, 16, 32, values);
        byte[] bytes = new byte[34 * 16];
        w.pages().copy(w.groupOffset(0), bytes, 0, bytes.length);
        for (int row = 0; row < 16; row++) {
            assertThat(bytes[row]).isEqualTo((byte) 127);
            assertThat(bytes[5 * 16 + row]).isEqualTo((byte) 2);
            assertThat(Halves.get(bytes, 32 * 16 + 2 * row)).isEqualTo(Float.floatToFloat16(row + 1));
        }
    }

    /** The greatest error that a value may have, as a share of the greatest magnitude of its 256 columns. */
    @ParameterizedTest
    @CsvSource({
        "Q8, 0.005",
        "Q4, 0.13",
        "Q8M, 0.006",
        "Q4M, 0.08",
        "Q8K16, 0.01",
        "Q4K16, 0.16",
        "Q4K16M, 0.1",
        "Q4K32M, 0.1",
        "Q8K32M, 0.03"
    })
    void everyTypeIsNearWhatItEncodes(ElementType type, float most) {
        Random random = new Random(2);
        float[] row = new float[256];
        float largest = 0;
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) random.nextGaussian();
            largest = Math.max(largest, Math.abs(row[i]));
        }
        float[] back = roundTrip(type, row);
        for (int i = 0; i < row.length; i++) {
            assertThat(back[i]).isCloseTo(row[i], Offset.offset(most * largest));
        }
    }
}
