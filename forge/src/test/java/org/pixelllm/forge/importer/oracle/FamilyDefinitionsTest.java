package org.pixelllm.forge.importer.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.forge.ImportOptions;
import org.pixelllm.forge.importer.Imported;
import org.pixelllm.forge.importer.Importer;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;

/** Every family, from safetensors and from GGUF, against its published definition computed in doubles. */
class FamilyDefinitionsTest {

    private static final double TOLERANCE = 1e-5;
    private static final int TOKENS = 48;
    private static final int PROMPT = 8;
    private static final int GENERATED = 100;

    @TempDir
    private Path folder;

    static Stream<TinyModel> all() {
        return TinyModels.all();
    }

    static Stream<TinyModel> inBothFormats() {
        return TinyModels.inBothFormats().stream();
    }

    @ParameterizedTest
    @MethodSource("all")
    void safetensorsGiveTheDefinitionsLogits(TinyModel model) throws IOException {
        Weights.fill(model).write(folder);
        assertDefinition(model, folder, 0);
    }

    @ParameterizedTest
    @MethodSource("inBothFormats")
    void soDoesGguf(TinyModel model) throws IOException {
        Path file = folder.resolve("model.gguf");
        GgufModel.write(Weights.fill(model), file);
        assertDefinition(model, file, 0);
    }

    /** LongRoPE's short factors hold for a cartridge of no more positions than the model had at first. */
    @Test
    void aShorterContextHasItsOwnFactors() throws IOException {
        TinyModel model = Weights.fill(TinyModels.all()
                .filter(each -> each.type().equals("phi3"))
                .findFirst()
                .orElseThrow());
        model.write(folder);
        assertDefinition(model, folder, 16);
        Path file = folder.resolve("model.gguf");
        GgufModel.write(model, file);
        assertDefinition(model, file, 16);
    }

    @Test
    void aSplitFileIsItsParts() throws IOException {
        TinyModel model = Weights.fill(TinyModels.inBothFormats().getFirst());
        Path first = GgufModel.writeSplit(model, folder);
        assertDefinition(model, first, 0);
        Path second = folder.resolve("m-00002-of-00002.gguf");
        assertThatThrownBy(() -> Importer.open(second, null))
                .hasMessageContaining("metadata split.no: expected the first of 2 files")
                .hasMessageContaining("Name m-00001-of-00002.gguf instead.");
        Path other = Files.copy(first, folder.resolve("other.gguf"));
        assertThatThrownBy(() -> Importer.open(other, null)).hasMessageContaining("NAME-00001-of-00002.gguf");
        Files.delete(second);
        assertThatThrownBy(() -> Importer.open(first, null)).hasMessageContaining(second.toString());
    }

    @ParameterizedTest
    @CsvSource({"23, 'IQ4_XS, an IQ type'", "39, 'MXFP4, a 4-bit'", "99, ggml's type 99"})
    void aTypeThatIsNotReadIsNamed(int code, String words) throws IOException {
        Path file = folder.resolve("model.gguf");
        GgufModel.write(Weights.fill(TinyModels.inBothFormats().getFirst()), file);
        byte[] bytes = Files.readAllBytes(file);
        byte[] name = "output_norm.weight".getBytes(StandardCharsets.US_ASCII);
        int at = 0;
        while (!Arrays.equals(bytes, at, at + name.length, name, 0, name.length)) {
            at++;
        }
        bytes[at + name.length + 4 + 8] = (byte) code; // after the rank and one dimension
        Files.write(file, bytes);
        assertThatThrownBy(() -> Importer.open(file, null))
                .hasMessageContaining("tensor output_norm.weight, type: expected one of [F32")
                .hasMessageContaining("found " + words)
                .hasMessageContaining("Q4_K_M");
    }

    private void assertDefinition(TinyModel model, Path from, int context) throws IOException {
        Path file = folder.resolve("model.pxi");
        try (Imported imported =
                Importer.openWith(from, ImportOptions.noTokenizer().withContext(context))) {
            assertThat(imported.notes()).isEmpty();
            imported.model().write(file);
        }
        int positions = context == 0 ? TinyModels.CONTEXT : context;
        int[] tokens = new Random(5)
                .ints(Math.min(TOKENS, positions), 0, TinyModels.VOCABULARY)
                .toArray();
        double[][] expected = Definitions.logits(model, tokens, positions);
        try (Cartridge cartridge = Cartridge.open(file);
                Executor reference = new ReferenceExecutor();
                Executor simd = new SimdExecutor(1)) {
            assertThat(cartridge.program().context()).isEqualTo(positions);
            for (Executor executor : List.of(reference, simd)) {
                Machine machine = executor.load(cartridge.program(), cartridge.weights());
                float[][] logits = atOnce(machine, tokens);
                for (int t = 0; t < tokens.length; t++) {
                    assertClose(logits[t], expected[t], executor.name() + ", position " + t);
                }
                if (context == 0) {
                    assertGreedy(model, machine, Arrays.copyOf(tokens, PROMPT));
                }
            }
        }
    }

    private static float[][] atOnce(Machine machine, int[] tokens) {
        int vocabulary = machine.program().vocabulary();
        float[] all = new float[tokens.length * vocabulary];
        try (State state = machine.newState()) {
            machine.step(new Step(List.of(new Step.Part(state, tokens, tokens.length))), all);
        }
        float[][] logits = new float[tokens.length][];
        for (int i = 0; i < tokens.length; i++) {
            logits[i] = Arrays.copyOfRange(all, i * vocabulary, (i + 1) * vocabulary);
        }
        return logits;
    }

    /** One token after the other: each is the definition's own choice wherever that is clear. */
    private static void assertGreedy(TinyModel model, Machine machine, int[] prompt) {
        int[] tokens = Arrays.copyOf(prompt, PROMPT + GENERATED);
        float[] logits = new float[TinyModels.VOCABULARY];
        try (State state = machine.newState()) {
            machine.step(Step.of(state, prompt), logits);
            for (int i = PROMPT; i < tokens.length; i++) {
                int best = 0;
                for (int id = 1; id < logits.length; id++) {
                    best = logits[id] > logits[best] ? id : best;
                }
                tokens[i] = best;
                machine.step(Step.of(state, new int[] {best}), logits);
            }
        }
        double[][] expected = Definitions.logits(model, tokens, TinyModels.CONTEXT);
        for (int i = PROMPT; i < tokens.length; i++) {
            double[] before = expected[i - 1];
            double most = Arrays.stream(before).max().orElseThrow();
            assertThat(before[tokens[i]])
                    .as("token %d", i)
                    .isGreaterThanOrEqualTo(most - TOLERANCE * (1 + Math.abs(most)));
        }
    }

    private static void assertClose(float[] logits, double[] expected, String what) {
        double size = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs(logits[i] - expected[i]));
        }
        assertThat(worst).as("%s", what).isLessThanOrEqualTo(TOLERANCE * (1 + size));
    }
}
