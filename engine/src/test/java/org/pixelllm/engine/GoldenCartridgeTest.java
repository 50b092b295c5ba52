package org.pixelllm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.engine.GoldenCartridge.Question;
import org.pixelllm.engine.GoldenCartridge.Speaking;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;

/** Every executor answers the golden questions with the golden images: the reference exactly, others within one. */
class GoldenCartridgeTest {

    private static final int LARGEST = 100_000;

    private static int tolerance(String executor) {
        return executor.equals("reference") ? 0 : 1;
    }

    private static PixelLlm open(String executor) throws IOException {
        PixelLlm model = PixelLlm.open(GoldenCartridge.CARTRIDGE, new ExecutorChoice(executor, 2));
        assertThat(model.executor().executor().name()).isEqualTo(executor);
        return model;
    }

    @Test
    void isTiny() throws IOException {
        assertThat(Files.size(GoldenCartridge.CARTRIDGE)).isLessThan(LARGEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void everyExecutorGivesTheGoldenImages(String executor) throws IOException {
        Offset<Integer> within = Offset.offset(tolerance(executor));
        try (PixelLlm model = open(executor)) {
            for (Question question : GoldenCartridge.QUESTIONS) {
                String name = question.name();
                TokenImage tokens = model.tokens(question.text());
                assertThat(tokens).isEqualTo(TokenImage.read(GoldenCartridge.file(name, "input_tokens")));
                Answer answer = model.predict(tokens);
                List<Prediction> expected = PredictionImage.read(GoldenCartridge.file(name, "output_token"))
                        .predictions();
                List<Prediction> found = answer.prediction(expected.size()).predictions();
                LogitsHeatmap greys = LogitsHeatmap.read(GoldenCartridge.file(name, "logits_heatmap"));
                for (int i = 0; i < expected.size(); i++) {
                    assertThat(found.get(i).id())
                            .as(name)
                            .isEqualTo(expected.get(i).id());
                    assertThat(found.get(i).confidence())
                            .as(name)
                            .isCloseTo(expected.get(i).confidence(), within);
                }
                for (int id = 0; id < model.vocabulary(); id++) {
                    assertThat(answer.heatmap().value(id))
                            .as("%s, id %d", name, id)
                            .isCloseTo(greys.value(id), within);
                }
            }
        }
    }

    /** The questions asked together are answered as each alone. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void everyExecutorGivesThemTogetherBitForBit(String executor) throws IOException {
        try (PixelLlm model = open(executor)) {
            List<Session> sessions = new ArrayList<>();
            int[] tokens = new int[GoldenCartridge.QUESTIONS.size()];
            List<float[]> alone = new ArrayList<>();
            for (int i = 0; i < tokens.length; i++) {
                int[] ids =
                        model.tokens(GoldenCartridge.QUESTIONS.get(i).text()).ids();
                tokens[i] = ids[ids.length - 1];
                Session session = model.newSession();
                try (Session other = model.newSession()) {
                    int from = Math.max(0, ids.length - model.context());
                    for (int at = from; at < ids.length - 1; at++) {
                        session.accept(ids[at]);
                        other.accept(ids[at]);
                    }
                    alone.add(other.accept(tokens[i]).clone());
                }
                sessions.add(session);
            }
            float[] together = new float[tokens.length * model.vocabulary()];
            model.batch(sessions).accept(tokens, together);
            for (int i = 0; i < tokens.length; i++) {
                int from = i * model.vocabulary();
                assertThat(Arrays.copyOfRange(together, from, from + model.vocabulary()))
                        .as(GoldenCartridge.QUESTIONS.get(i).name())
                        .isEqualTo(alone.get(i));
            }
            sessions.forEach(Session::close);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void everyExecutorSpeaksTheGoldenSequences(String executor) throws IOException {
        try (PixelLlm model = open(executor)) {
            for (Speaking speaking : GoldenCartridge.SPEAKINGS) {
                SequenceImage expected = SequenceImage.read(GoldenCartridge.file(speaking.name(), "output_sequence"));
                SequenceImage found = GoldenCartridge.say(model, speaking);
                assertThat(found.ids()).as(speaking.name()).isEqualTo(expected.ids());
                for (int i = 0; i < found.tokens().size(); i++) {
                    assertThat(found.tokens().get(i).confidence())
                            .as("%s, token %d", speaking.name(), i)
                            .isCloseTo(expected.tokens().get(i).confidence(), Offset.offset(tolerance(executor)));
                }
            }
        }
    }

    @Test
    void thePageShowsThem() throws IOException {
        String page = Files.readString(GoldenCartridge.ROOT.resolve("docs/golden.md"));
        assertThat(page).contains(GoldenCartridge.rows());
        try (PixelLlm model = open("reference")) {
            for (Speaking speaking : GoldenCartridge.SPEAKINGS) {
                assertThat(page).contains(GoldenCartridge.spoken(model, speaking));
            }
        }
    }
}
