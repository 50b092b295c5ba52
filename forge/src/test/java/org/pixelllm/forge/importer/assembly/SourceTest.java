package org.pixelllm.forge.importer.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.forge.importer.Decoded;
import org.pixelllm.forge.importer.LittleEndian;
import org.pixelllm.forge.importer.hf.SafetensorsFile;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.weights.ElementType;

/** Parts of tensors, turned and shifted. Each value tells where it stands in the file. */
class SourceTest {

    private static final int INPUTS = 4;
    private static final int OUTPUTS = 300;

    @TempDir
    private Path folder;

    /** A matrix of inputs by outputs whose value is output + input / 8, and a vector of the outputs' numbers. */
    private SafetensorsFile file() throws IOException {
        int end = 4 * INPUTS * OUTPUTS;
        String header = """
            {"w": {"dtype": "F32", "shape": [4, 300], "data_offsets": [0, %d]},
             "b": {"dtype": "F32", "shape": [300], "data_offsets": [%d, %d]}}
            """.formatted(end, end, end + 4 * OUTPUTS);
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        LittleEndian to = new LittleEndian().u64(json.length).bytes(json);
        for (int i = 0; i <= INPUTS; i++) {
            for (int o = 0; o < OUTPUTS; o++) {
                to.f32(i < INPUTS ? o + i / 8f : o);
            }
        }
        Path path = folder.resolve("model.safetensors");
        Files.write(path, to.toBytes());
        return SafetensorsFile.open(path);
    }

    private static float[] row(EncodedWeight weight, int row, int columns) {
        byte[] to = new byte[4 * columns];
        weight.rows().write(row, to, 0);
        return Decoded.row(ElementType.F32, to, columns);
    }

    @Test
    void rowsOfATurnedMatrixAreTheFilesColumnsInAnyOrder() throws IOException {
        try (SafetensorsFile file = file()) {
            List<Integer> shape = List.of(100, INPUTS);
            for (int part = 0; part < 3; part++) {
                Source source = Source.of("w")
                        .rows(Source.Rows.from(100 * part, 300))
                        .transpose()
                        .plus(1);
                assertThat(source.require(file, shape)).isEqualTo(ElementType.F32);
                EncodedWeight weight = source.encoded(file, ElementType.F32, shape);
                for (int row : new int[] {0, 1, 63, 64, 65, 99, 2, 98, 0}) {
                    float o = 100 * part + row + 1;
                    assertThat(row(weight, row, INPUTS)).containsExactly(o, o + 0.125f, o + 0.25f, o + 0.375f);
                }
            }
        }
    }

    @Test
    void partsOfMatricesAreRowsAndPartsOfVectorsAreElements() throws IOException {
        try (SafetensorsFile file = file()) {
            List<Integer> half = List.of(2, OUTPUTS);
            Source.Stored rows = Source.of("w").rows(Source.Rows.from(2, 4));
            rows.require(file, half);
            assertThat(row(rows.encoded(file, ElementType.F32, half), 0, OUTPUTS))
                    .startsWith(0.25f, 1.25f);
            Source shifted = rows.plus(2);
            assertThat(row(shifted.encoded(file, ElementType.F32, half), 1, OUTPUTS))
                    .startsWith(2.375f, 3.375f);
            List<Integer> third = List.of(100);
            Source elements = Source.of("b").rows(Source.Rows.from(200, 300));
            elements.require(file, third);
            assertThat(row(elements.encoded(file, ElementType.F32, third), 0, 100))
                    .startsWith(200, 201);
        }
    }

    @Test
    void aPartMustLieWithinItsRow() throws IOException {
        try (SafetensorsFile file = file()) {
            float[] three = new float[3];
            file.readPart("w", 1, 297, three);
            assertThat(three).containsExactly(297.125f, 298.125f, 299.125f);
            assertThatThrownBy(() -> file.readPart("w", 1, 298, three)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> file.readPart("w", 1, -1, three)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> file.readPart("w", 4, 0, three)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
