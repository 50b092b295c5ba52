package org.pixelllm.forge.importer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;

/** Tiny models of every family, imported into cartridges, against the logits that llama.cpp computes. */
class FamiliesTest {

    @TempDir
    private Path folder;

    private record Expected(int[] tokens, float[][] logits) {}

    /** Where there is a GELU, llama.cpp looks it up in a table of f16. */
    @ParameterizedTest
    @CsvSource({
        "llama, model.gguf, 1e-4",
        "llama, model.safetensors, 1e-4",
        "qwen2, model.gguf, 1e-4",
        "qwen2, model.safetensors, 1e-4",
        "qwen3, model.gguf, 1e-4",
        "qwen3, model.safetensors, 1e-4",
        "gemma, model.gguf, 1e-3",
        "gemma, model.safetensors, 1e-3",
        "gemma2, model.gguf, 1e-3",
        "gemma2, model.safetensors, 1e-3",
        "gpt2, model.gguf, 1e-3",
        "gpt2, model.safetensors, 1e-3",
    })
    void theLogitsAreThoseOfLlamaCpp(String family, String file, double tolerance) throws IOException {
        Path from = FamilyFiles.folder(family);
        Expected expected = new Gson().fromJson(Files.readString(from.resolve("logits.json")), Expected.class);
        Path cartridge = folder.resolve("model.pxi");
        try (Imported imported = Importer.open(from.resolve(file), null)) {
            assertThat(imported.model().manifest().family()).isEqualTo(family);
            imported.model().write(cartridge);
        }
        try (Cartridge opened = Cartridge.open(cartridge);
                Executor reference = new ReferenceExecutor();
                Executor simd = new SimdExecutor(2)) {
            for (Executor executor : List.of(reference, simd)) {
                Machine machine = executor.load(opened.program(), opened.weights());
                assertClose(
                        atOnce(machine, expected.tokens), expected.logits, tolerance, executor.name() + ", at once");
                assertClose(
                        oneByOne(machine, expected.tokens),
                        expected.logits,
                        tolerance,
                        executor.name() + ", one by one");
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

    private static float[][] oneByOne(Machine machine, int[] tokens) {
        float[][] logits = new float[tokens.length][machine.program().vocabulary()];
        try (State state = machine.newState()) {
            for (int i = 0; i < tokens.length; i++) {
                machine.step(Step.of(state, new int[] {tokens[i]}), logits[i]);
            }
        }
        return logits;
    }

    /** Within a share of the largest expected value. */
    private static void assertClose(float[][] logits, float[][] expected, double tolerance, String what) {
        assertThat(logits).hasDimensions(expected.length, expected[0].length);
        double size = 0;
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                size = Math.max(size, Math.abs(expected[i][j]));
                worst = Math.max(worst, Math.abs(expected[i][j] - logits[i][j]));
            }
        }
        assertThat(worst / size).as("%s", what).isLessThan(tolerance);
    }
}
