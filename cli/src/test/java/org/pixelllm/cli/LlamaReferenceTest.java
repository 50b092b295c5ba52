package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Session;
import org.pixelllm.forge.importer.Imported;
import org.pixelllm.forge.importer.Importer;
import org.pixelllm.pxvm.tokenizer.TextDecoder;

/** Models of other projects, imported, against what those projects and independent computations say. */
class LlamaReferenceTest {

    private static final Path REFERENCE =
            Path.of(System.getProperty("pixelllm.root")).resolve("../shared/reference");

    @TempDir
    private Path folder;

    @BeforeEach
    void needsTheReference() {
        assumeThat(REFERENCE.resolve("llama2c/stories260K.bin"))
                .as("other projects' models; without them this test is skipped")
                .exists();
    }

    private PixelLlm open(String model, String executor) throws IOException {
        Path cartridge = folder.resolve(executor + ".pxi");
        try (Imported imported = Importer.open(REFERENCE.resolve(model), null)) {
            imported.model().write(cartridge);
        }
        return PixelLlm.open(cartridge, new ExecutorChoice(executor, 2));
    }

    private static JsonObject json(String name) throws IOException {
        return JsonParser.parseString(Files.readString(REFERENCE.resolve(name))).getAsJsonObject();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void theStoryModelWritesTheStoryThatLlama2cWrites(String executor) throws IOException {
        JsonObject greedy = json("llama2c/stories260K.greedy.json");
        JsonArray steps = greedy.getAsJsonArray("steps");
        assertThat(steps).hasSize(200);
        try (PixelLlm model = open("llama2c/stories260K.bin", executor);
                Session session = model.newSession()) {
            int token = greedy.get("start").getAsInt();
            int[] written = new int[steps.size()];
            for (int i = 0; i < written.length; i++) {
                JsonObject step = steps.get(i).getAsJsonObject();
                float[] logits = session.accept(token);
                if (step.has("logits")) {
                    assertClose(logits, step.getAsJsonArray("logits"), 1e-3, executor + ", step " + i);
                }
                token = best(logits);
                assertThat(token)
                        .as("%s, step %d", executor, i)
                        .isEqualTo(step.get("next").getAsInt());
                written[i] = token;
            }
            assertThat(TextDecoder.text(model.cartridge().tokenizer(), written))
                    .startsWith("Once upon a time, there was a little girl named Lily. She loved to play outside in the"
                            + " park. One day, she saw a big, red ball. She wanted to play with it, but it was too"
                            + " high.");
        }
    }

    @Test
    void theStoryModelsTextIsItsTokens() throws IOException {
        try (PixelLlm model = open("llama2c/stories260K.bin", "reference")) {
            assertThat(model.tokens("Once upon a time").ids()).containsExactly(1, 403, 407, 261, 378);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q4_K_M", "Q6_K"})
    void ggufFilesGiveTheirLogits(String type) throws IOException {
        JsonObject expected = json("gguf/tiny-" + type + ".expected.json");
        for (String executor : List.of("reference", "simd")) {
            try (PixelLlm model = open("gguf/tiny-" + type + ".gguf", executor)) {
                assertLogits(model, expected, type + " on " + executor);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-F32", "tiny-F32/model.safetensors"})
    void safetensorsGiveTheirLogits(String path) throws IOException {
        JsonObject expected = json("safetensors/expected.json");
        for (String executor : List.of("reference", "simd")) {
            try (PixelLlm model = open("safetensors/" + path, executor)) {
                assertLogits(model, expected, path + " on " + executor);
            }
        }
    }

    /** The same model as the GGUF file of that type, whose expected values hold here too. */
    @Test
    void safetensorsInBf16GiveTheirLogits() throws IOException {
        try (PixelLlm model = open("safetensors/tiny-BF16", "simd")) {
            assertLogits(model, json("gguf/tiny-BF16.expected.json"), "safetensors bf16");
        }
    }

    private static void assertLogits(PixelLlm model, JsonObject expected, String what) {
        int[] tokens = ints(expected.getAsJsonArray("tokens"));
        int[] argmax = ints(expected.getAsJsonArray("argmax"));
        try (Session whole = model.newSession();
                Session single = model.newSession()) {
            assertClose(whole.accept(tokens), expected.getAsJsonArray("logits_last"), 1e-3, what);
            for (int i = 0; i < tokens.length; i++) {
                float[] logits = single.accept(tokens[i]);
                assertThat(best(logits)).as("%s, position %d", what, i).isEqualTo(argmax[i]);
                if (i == 0 && expected.has("logits_first")) {
                    assertClose(logits, expected.getAsJsonArray("logits_first"), 1e-3, what);
                }
            }
        }
    }

    private static int[] ints(JsonArray array) {
        return array.asList().stream().mapToInt(JsonElement::getAsInt).toArray();
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    /** Within a share of the largest expected value. */
    private static void assertClose(float[] logits, JsonArray expected, double tolerance, String what) {
        double[] wanted =
                expected.asList().stream().mapToDouble(JsonElement::getAsDouble).toArray();
        assertThat(logits).hasSize(wanted.length);
        double size = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < wanted.length; i++) {
            assertThat(Math.abs(logits[i] - wanted[i]) / size)
                    .as("%s, logit %d: %s, expected %s", what, i, logits[i], wanted[i])
                    .isLessThan(tolerance);
        }
    }
}
