package org.pixelllm.pxvm.cartridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Range;

/** No cartridge is written with a value that is no finite number, in whatever type and by whatever way. */
class NotFiniteWeightTest {

    private static final int COLUMNS = 64;
    private static final int ROWS = 3;

    @TempDir
    private Path folder;

    private void write(ElementType type, EncodedWeight weight) throws Exception {
        Program program = Assembler.parse("""
                pxvm 1
                context 4
                input tokens ids [T]
                weight table %s [%d, %d]
                scratch x f32 [T, %d]
                scratch last f32 [R, %d]
                output logits f32 [R, %d]
                x = embed tokens table
                last = select x
                logits = matmul last table _
                """.formatted(type.word(), ROWS, COLUMNS, COLUMNS, COLUMNS, ROWS), "test");
        int id = program.withRole(Role.WEIGHT).getFirst();
        Path file = folder.resolve("model.pxi");
        try {
            CartridgeWriter.write(file, program, Map.of(id, weight), null, new Manifest("m", "none", "MIT", Map.of()));
        } finally {
            assertThat(folder.toFile().list()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "IDS", mode = EnumSource.Mode.EXCLUDE)
    void valuesAreCheckedInEveryType(ElementType type) {
        for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] values = new float[ROWS * COLUMNS];
            values[2 * COLUMNS + 5] = odd;
            assertThatThrownBy(() -> write(type, EncodedWeight.of(type, COLUMNS, values)))
                    .isInstanceOf(NotFiniteWeightException.class)
                    .hasMessageContaining("row 2, column 5: expected a finite number, found " + odd);
            EncodedWeight.RowReader reader = (row, to) -> System.arraycopy(values, row * COLUMNS, to, 0, COLUMNS);
            assertThatThrownBy(() -> write(type, EncodedWeight.ofRows(type, ROWS, COLUMNS, reader)))
                    .isInstanceOf(NotFiniteWeightException.class)
                    .hasMessageContaining("row 2, column 5");
        }
    }

    /** As they are carried over from a file whose type is the same. */
    @ParameterizedTest
    @CsvSource({"F32, 7F800000", "F32, FFC00001", "F16, 7C00", "F16, FE00", "BF16, 7F80", "BF16, FFC0"})
    void codesThatAreCarriedOverAreCheckedToo(ElementType type, String hexadecimal) {
        int bytes = hexadecimal.length() / 2;
        int bits = Integer.parseUnsignedInt(hexadecimal, 16);
        EncodedWeight weight = new EncodedWeight(Range.NONE, (row, to, at) -> {
                    for (int i = 0; row == 1 && i < bytes; i++) {
                        to[at + 7 * bytes + i] = (byte) (bits >>> 8 * i);
                    }
                })
                .from("blk.0.theirs");
        assertThatThrownBy(() -> write(type, weight))
                .isInstanceOf(NotFiniteWeightException.class)
                .hasMessageContaining("tensor table (blk.0.theirs), row 1, column 7: expected a finite number");
    }

    @ParameterizedTest
    @EnumSource(names = {"Q8", "Q4"})
    void soAreTheScalesOfBlocks(ElementType type) {
        EncodedWeight weight = new EncodedWeight(Range.NONE, (row, to, at) -> {
            if (row == 2) {
                MemorySegment.ofArray(to)
                        .asSlice(at, type.codec().rowBytes(COLUMNS))
                        .fill((byte) 0x77);
                int scale = at + 2 * type.codec().unitBytes() - 2; // the second block's
                to[scale] = 0;
                to[scale + 1] = 0x7C;
            }
        });
        assertThatThrownBy(() -> write(type, weight))
                .isInstanceOf(NotFiniteWeightException.class)
                .hasMessageContaining("tensor table, row 2, column 32");
    }
}
