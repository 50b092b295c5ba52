package org.pixelllm.forge.importer.v0;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.importer.Importer;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.pxvm.cartridge.Cartridge;

class V0ImporterTest {

    /** Vocabulary 3, dim 2; the bytes of the image count up from 0. */
    private static final String META = """
            {"model_name": "tiny", "version": "0.0.1",
             "architecture": {"type": "mlp", "vocab_size": 3, "model_dim": 2},
             "quantization": "uint8_per_tensor",
             "tensors": [
              {"name": "b_hidden", "shape": [2], "w_min": 0.0, "w_max": 255.0, "offset": 0, "length": 2},
              {"name": "b_out", "shape": [3], "w_min": 0.0, "w_max": 255.0, "offset": 2, "length": 3},
              {"name": "embed", "shape": [3, 2], "w_min": -1.0, "w_max": 1.0, "offset": 5, "length": 6},
              {"name": "hidden", "shape": [2, 2], "w_min": 0.0, "w_max": 255.0, "offset": 11, "length": 4},
              {"name": "out", "shape": [2, 3], "w_min": 0.0, "w_max": 255.0, "offset": 15, "length": 6}]}
            """;

    @TempDir
    private Path folder;

    private Path image() {
        return folder.resolve("tiny.pxi");
    }

    @BeforeEach
    void writeModel() throws IOException {
        Pixels pixels = Pixels.black(7, 1);
        for (int i = 0; i < pixels.rgb().length; i++) {
            pixels.rgb()[i] = (byte) i;
        }
        Files.write(image(), PngEncoder.encode(pixels, Map.of()));
        Files.writeString(folder.resolve("tiny.meta.json"), META);
    }

    @Test
    void carriesTheBytesOverAndTurnsTheMatrices() throws IOException {
        Model model = Importer.open(image(), null).model();
        Path cartridge = folder.resolve("out.pxi");
        model.write(cartridge);
        try (Cartridge open = Cartridge.open(cartridge)) {
            assertThat(open.program().vocabulary()).isEqualTo(3);
            assertThat(open.program().context()).isEqualTo(65_535);
            assertThat(values(open, "hidden")).containsExactly(11, 13, 12, 14);
            assertThat(values(open, "out")).containsExactly(15, 18, 16, 19, 17, 20);
            assertThat(values(open, "b_out")).containsExactly(2, 3, 4);
            assertThat(values(open, "embed")[0]).isEqualTo(5 / 255f * 2f - 1f);
            assertThat(open.manifest().licence()).isEqualTo("MIT");
        }
        assertThat(Importer.open(folder.resolve("tiny.meta.json"), null)
                        .model()
                        .manifest()
                        .name())
                .isEqualTo("tiny");
    }

    private static float[] values(Cartridge cartridge, String name) {
        for (int id = 0; id < cartridge.program().tensors().size(); id++) {
            if (cartridge.program().tensor(id).name().equals(name)) {
                return cartridge.weights().get(id).decode();
            }
        }
        throw new AssertionError(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"mlp\"                | \"cnn\"              | architecture.type",
                "\"vocab_size\": 3      | \"vocab_size\": -3   | vocab_size",
                "\"model_dim\": 2       | \"model_dim\": 99999999 | model_dim",
                "uint8_per_tensor       | float16              | quantization",
                "\"shape\": [2, 3]      | \"shape\": [3, 2]    | out",
                "\"offset\": 15         | \"offset\": 16       | within the image's 21",
                "\"offset\": 15         | \"offset\": -1       | offset",
                "\"offset\": 15         | \"offset\": 9223372036854775807 | offset",
                "\"length\": 4          | \"length\": 5        | hidden",
                "\"w_min\": -1.0        | \"w_min\": 1e999     | line 7",
                "\"name\": \"out\"      | \"name\": \"embed\"  | twice",
                "\"name\": \"out\"      | \"name\": \"other\"  | none",
                "\"tensors\"            | \"others\"           | tensors",
                "{\"model_name\"        | [\"model_name\"      | line 1, column",
                "\"vocab_size\": 3      | \"vocab_size\": {}   | a whole number, found an object",
            })
    void refusesWhatDoesNotFit(String right, String wrong, String word) throws IOException {
        assertThat(META).contains(right.strip());
        Files.writeString(folder.resolve("tiny.meta.json"), META.replace(right.strip(), wrong.strip()));
        assertThatThrownBy(() -> Importer.open(image(), null).model())
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("tiny.meta.json")
                .hasMessageContaining(word.strip());
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        Files.delete(folder.resolve("tiny.meta.json"));
        assertThatThrownBy(() -> Importer.open(image(), null).model()).hasMessageContaining(".meta.json");
        assertThatThrownBy(() -> Importer.open(folder.resolve("none.pxi"), null))
                .isInstanceOf(UnreadableFileException.class);
    }
}
