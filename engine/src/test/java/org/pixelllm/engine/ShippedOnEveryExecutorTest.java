package org.pixelllm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.protocol.images.PredictionImage;

/** The shipped cartridge says the same on every executor. */
class ShippedOnEveryExecutorTest {

    private static final Path SHIPPED =
            Path.of(System.getProperty("pixelllm.root")).resolve("cartridges/default.pxi");

    private static final List<String> TEXTS = List.of(
            "Once upon a ti",
            "pxOS evolution",
            "T",
            "Tom and his mom went to the par",
            "\"What is your name?\" ask",
            "It was the best of times, it was the worst of times",
            "Zoë ate a jalapeño 🌶 in Łódź",
            "She was happy. ".repeat(40));

    private static final Offset<Integer> ONE = Offset.offset(1);

    private static PixelLlm open(String executor) throws IOException {
        PixelLlm model = PixelLlm.open(SHIPPED, new ExecutorChoice(executor, 2));
        assertThat(model.executor().executor().name()).isEqualTo(executor);
        return model;
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void knowsHowStoriesBegin(String executor) throws IOException {
        try (PixelLlm model = open(executor)) {
            Answer answer = model.predict(model.tokens("Once upon a ti"));
            assertThat(answer.prediction(1).predictions().getFirst().id()).isEqualTo('m');
        }
    }

    @Test
    void theImagesAreTheReferencesWithinOne() throws IOException {
        List<Answer> expected = answers("reference");
        List<Answer> found = answers("simd");
        for (int i = 0; i < expected.size(); i++) {
            assertSame(TEXTS.get(i), found.get(i), expected.get(i));
        }
    }

    private static List<Answer> answers(String executor) throws IOException {
        List<Answer> answers = new ArrayList<>();
        try (PixelLlm model = open(executor)) {
            for (String text : TEXTS) {
                answers.add(model.predict(model.tokens(text)));
            }
        }
        return answers;
    }

    private static void assertSame(String what, Answer found, Answer expected) throws IOException {
        PredictionImage wanted = expected.prediction(PredictionImage.DEFAULT_K);
        PredictionImage given = found.prediction(PredictionImage.DEFAULT_K);
        for (int i = 0; i < PredictionImage.DEFAULT_K; i++) {
            assertThat(given.predictions().get(i).id())
                    .as("%s, prediction %d", what, i)
                    .isEqualTo(wanted.predictions().get(i).id());
            assertThat(given.predictions().get(i).confidence())
                    .as("%s, prediction %d", what, i)
                    .isCloseTo(wanted.predictions().get(i).confidence(), ONE);
        }
        for (int id = 0; id < expected.logits().length; id++) {
            assertThat(found.heatmap().value(id))
                    .as("%s, id %d", what, id)
                    .isCloseTo(expected.heatmap().value(id), ONE);
        }
    }
}
