package org.pixelllm.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Predictor;
import org.pixelllm.engine.look.Look;
import org.pixelllm.engine.look.LookOptions;
import org.pixelllm.protocol.images.TokenImage;

/** A model with a weight that is infinite: the fault is the model's, named by its place, and only questions that meet it suffer. */
class ModelFaultTest {

    private static final Path FILES = Path.of(System.getProperty("pixelllm.root"), "engine/src/test/resources/nan");
    private static final GenerationOptions SHORT = new GenerationOptions(Sampling.greedy(), 3, null);

    private final TokenImage bad = TokenImage.read(FILES.resolve("question-nan.pxi"));
    private final TokenImage good = TokenImage.read(FILES.resolve("question-ok.pxi"));

    ModelFaultTest() throws IOException {}

    private static PixelLlm open(String executor) throws IOException {
        return PixelLlm.open(FILES.resolve("f16_inf_embed.pxi"), new ExecutorChoice(executor, 1));
    }

    private static void assertItsFault(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(ModelFaultException.class)
                .hasMessageContaining(
                        "f16_inf_embed.pxi: tensor embed, row 5, column 0: expected a finite number, found Infinity")
                .hasMessageContaining("The fault is the model's");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void whateverIsAskedItIsTheModelsFault(String executor) throws Exception {
        try (PixelLlm model = open(executor)) {
            Answer answer = model.predict(bad);
            assertItsFault(() -> answer.prediction(5));
            assertItsFault(answer::heatmap);
            Answer drawn = model.predict(bad, 5, "bad.pxi");
            assertItsFault(() -> drawn.prediction(5));
            assertItsFault(() -> model.score(bad, "bad.pxi"));
            assertItsFault(() -> model.beams(bad, 2, SHORT, "bad.pxi"));
            try (Generation generation = model.generate(bad, SHORT)) {
                assertItsFault(generation::next);
                assertItsFault(generation::next);
                assertItsFault(generation::image);
            }
            Look look = Look.at(model, bad, "bad.pxi", LookOptions.EVERYTHING);
            assertItsFault(() -> {
                throw look.fault();
            });
            assertThat(Look.at(model, good, "good.pxi", LookOptions.EVERYTHING).fault())
                    .isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void neighboursOfSuchAQuestionAreAnswered(String executor) throws Exception {
        try (PixelLlm model = open(executor);
                Predictor predictor = model.newPredictor()) {
            List<Answer> answers = predictor.predict(List.of(good, bad, good), 5);
            assertThat(answers.get(0).prediction(5))
                    .isEqualTo(model.predict(good).prediction(5));
            assertItsFault(() -> answers.get(1).prediction(5));
            assertThat(answers.get(2).heatmap()).isEqualTo(answers.get(0).heatmap());
            try (Generation one = model.generate(good, SHORT);
                    Generation broken = model.generate(bad, SHORT);
                    Generation alone = model.generate(good, SHORT)) {
                model.finish(List.of(broken, one));
                while (alone.next()) {
                    assertThat(alone.tokens()).isNotEmpty();
                }
                assertThat(one.image()).isEqualTo(alone.image());
                assertItsFault(broken::image);
            }
        }
    }
}
