package org.pixelllm.forge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.forge.family.PooledMlp;
import org.pixelllm.protocol.fault.UnsupportedVersionException;
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
    @CsvSource({
        "F32, 0",
        "F16, 0.0003",
        "BF16, 0.002",
        "U8, 0.005",
        "Q8, 0.005",
        "Q4, 0.13",
        "Q8M, 0.005",
        "Q4M, 0.07",
        "Q8K16, 0.009",
        "Q4K16, 0.14",
        "Q4K16M, 0.09",
        "Q4K32M, 0.09",
        "Q8K32M, 0.03"
    })
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

    private static Path older(String type) throws Exception {
        return Path.of(Objects.requireNonNull(ConverterTest.class.getResource("/version-1/golden-" + type + ".pxi"))
                .toURI());
    }

    /** The golden cartridge as version 1 wrote it: renewed, it is the golden cartridge. */
    @Test
    void anOlderCartridgeIsRenewed() throws Exception {
        Path file = folder.resolve("new.pxi");
        assertThatThrownBy(() -> Cartridge.open(older("f16")))
                .isInstanceOf(UnsupportedVersionException.class)
                .hasMessageEndingWith("expected version 2, found version 1."
                        + " pixel-llm convert CARTRIDGE -o NEW.pxi --weights same makes a new one of it.");
        try (Cartridge from = Cartridge.openAny(older("f16"))) {
            Converter.copy(from).write(file);
        }
        try (Cartridge renewed = Cartridge.open(file);
                Cartridge golden = Cartridge.open(Path.of("../cartridges/golden.pxi"))) {
            assertThat(renewed.programDigest()).isEqualTo(golden.programDigest());
            assertSame(renewed, golden);
        }
    }

    /** Rows in blocks lay otherwise: what they hold is what the same conversion gives today. */
    @ParameterizedTest
    @ValueSource(strings = {"u8", "q8", "q4"})
    void anOlderCartridgesCodesAreKept(String type) throws Exception {
        Path renewed = folder.resolve("renewed.pxi");
        Path made = folder.resolve("made.pxi");
        try (Cartridge from = Cartridge.openAny(older(type));
                Cartridge golden = Cartridge.open(Path.of("../cartridges/golden.pxi"))) {
            Converter.copy(from).write(renewed);
            Converter.convert(golden, Objects.requireNonNull(ElementType.ofWord(type)))
                    .write(made);
        }
        try (Cartridge one = Cartridge.open(renewed);
                Cartridge other = Cartridge.open(made)) {
            assertSame(one, other);
        }
    }

    private static void assertSame(Cartridge one, Cartridge other) {
        for (int id : other.program().withRole(Role.WEIGHT)) {
            assertThat(one.weights().get(id).type())
                    .isEqualTo(other.weights().get(id).type());
            assertThat(one.weights().get(id).decode())
                    .isEqualTo(other.weights().get(id).decode());
        }
    }
}
