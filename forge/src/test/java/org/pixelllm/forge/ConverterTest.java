package org.pixelllm.forge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pixelllm.forge.family.PooledMlp;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import org.pixelllm.pxvm.weights.ElementType;

class ConverterTest {

    @TempDir
    private Path folder;

    /** Embeddings of 8 columns, which are too few for blocks; hidden layer of 48. */
    private Path model(ElementType type) throws IOException {
        Program program = new PooledMlp(1024, 8, 48, 4, type).program();
        Random random = new Random(3);
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            float[] values = new float[Math.toIntExact(tensor.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat(-1, 1);
            }
            weights.put(id, EncodedWeight.of(type, tensor.columns(), values));
        }
        Path file = folder.resolve("from.pxi");
        Manifest manifest = new Manifest("small", PooledMlp.NAME, "MIT", Map.of("seed", "3"));
        new Model(program, weights, CharacterTokenizer.PROTOCOL, manifest).write(file);
        return file;
    }

    @ParameterizedTest
    @CsvSource({"F32, 0", "F16, 0.0003", "BF16, 0.002", "U8, 0.005", "Q8, 0.005", "Q4, 0.13"})
    void keepsEveryValueWithinItsTypesStep(ElementType type, float step) throws IOException {
        Path file = folder.resolve("to.pxi");
        try (Cartridge from = Cartridge.open(model(ElementType.F32))) {
            Converter.convert(from, type).write(file);
            try (Cartridge to = Cartridge.open(file)) {
                for (int id : from.program().withRole(Role.WEIGHT)) {
                    Tensor tensor = to.program().tensor(id);
                    boolean matrix = tensor.shape().size() == 2 && tensor.columns() >= 32;
                    assertThat(tensor.type()).isEqualTo(matrix ? type : ElementType.F32);
                    float[] before = from.weights().get(id).decode();
                    float[] after = to.weights().get(id).decode();
                    for (int i = 0; i < before.length; i++) {
                        assertThat(after[i]).isCloseTo(before[i], Offset.offset(matrix ? step : 0));
                    }
                }
                assertThat(to.manifest().provenance())
                        .containsEntry("seed", "3")
                        .hasEntrySatisfying("converted", how -> assertThat(how).contains(type.word(), from.digest()));
                assertThat(to.tokenizer()).isEqualTo(from.tokenizer());
            }
        }
    }

    @Test
    void whatHasItsTypeAlreadyKeepsItsBytes() throws IOException {
        Path once = folder.resolve("once.pxi");
        Path twice = folder.resolve("twice.pxi");
        try (Cartridge from = Cartridge.open(model(ElementType.U8))) {
            Converter.convert(from, ElementType.Q4).write(once);
            try (Cartridge first = Cartridge.open(once)) {
                Converter.convert(first, ElementType.Q4).write(twice);
                try (Cartridge second = Cartridge.open(twice)) {
                    for (int id : first.program().withRole(Role.WEIGHT)) {
                        assertThat(second.weights().get(id).decode())
                                .isEqualTo(first.weights().get(id).decode());
                    }
                }
            }
            assertThatThrownBy(() -> Converter.convert(from, ElementType.IDS))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
