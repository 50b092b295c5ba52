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
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.forge.importer.Importer;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;

/** The original implementation's weights, imported, against the answers that it gave itself. */
class ReferenceTest {

    private static final Path V0 = Path.of(System.getProperty("pixelllm.root")).resolve("../shared/reference/v0");

    @TempDir
    private Path folder;

    private Path cartridge;

    @BeforeEach
    void importWeights() throws IOException {
        assumeThat(V0.resolve("pixellm_v0.pxi"))
                .as("the original's weights; without them this test is skipped")
                .exists();
        cartridge = folder.resolve("v0.pxi");
        Importer.open(V0.resolve("pixellm_v0.pxi"), null).model().write(cartridge);
    }

    private static JsonArray cases() throws IOException {
        return JsonParser.parseString(Files.readString(V0.resolve("expected/cases.json")))
                .getAsJsonArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "auto", "simd"})
    void theOriginalsPixelsAreGivenExactly(String executor) throws IOException {
        try (PixelLlm model = PixelLlm.open(cartridge, new ExecutorChoice(executor, 2))) {
            assertThat(cases()).hasSize(4);
            for (JsonElement each : cases()) {
                JsonObject expected = each.getAsJsonObject();
                String name = expected.get("name").getAsString();
                TokenImage tokens = model.tokens(expected.get("text").getAsString());
                assertThat(tokens).isEqualTo(TokenImage.read(file(name, "input_tokens")));
                Answer answer = model.predict(tokens);
                assertThat(answer.prediction(5)).as(name).isEqualTo(PredictionImage.read(file(name, "output_token")));
                assertThat(answer.heatmap()).as(name).isEqualTo(LogitsHeatmap.read(file(name, "logits_heatmap")));
                assertThat(answer.isShortened()).isFalse();
            }
        }
    }

    @Test
    void theDocumentsExampleIsExact() throws IOException {
        try (PixelLlm model = PixelLlm.open(cartridge, new ExecutorChoice("reference", 1))) {
            Answer answer = model.predict(model.tokens("pxOS evolution system"));
            assertThat(answer.prediction(5).predictions())
                    .containsExactly(
                            new Prediction(32, 73),
                            new Prediction(101, 45),
                            new Prediction(116, 45),
                            new Prediction(10, 45),
                            new Prediction(115, 44));
        }
    }

    @Test
    void theLongestTextIsAnswered() throws IOException {
        int[] ids = new int[65_535];
        Arrays.setAll(ids, i -> i * 31 % 1024);
        for (String executor : List.of("reference", "simd")) {
            try (PixelLlm model = PixelLlm.open(cartridge, new ExecutorChoice(executor, 2))) {
                Answer answer = model.predict(new TokenImage(ids));
                assertThat(answer.tokensUsed()).isEqualTo(65_535);
                assertThat(answer.prediction(5).predictions()).hasSize(5);
            }
        }
    }

    private static Path file(String name, String executor) {
        return V0.resolve("expected").resolve(name + "." + executor + ".pxi");
    }
}
