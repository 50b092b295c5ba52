package org.pixelllm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.weights.ElementType;

/** Sessions of fewer positions than the model has, and keys and values in f16. */
class SessionMemoryTest {

    private static final Path SHIPPED =
            Path.of(System.getProperty("pixelllm.root")).resolve("cartridges/default.pxi");

    /** How far f16 keys and values may move a logit, relative to 1 + the largest. */
    private static final double TOLERANCE = 2e-3;

    private static PixelLlm open(String executor, SessionMemory memory) throws PxiException {
        return PixelLlm.open(SHIPPED, new ExecutorChoice(executor, 1, memory));
    }

    private static TokenImage prompt(PixelLlm model, int count) {
        return new TokenImage(
                new Random(count).ints(count, 0, model.vocabulary()).toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void aShorterContextAnswersFromTheLastTokens(String executor) throws PxiException {
        try (PixelLlm full = open(executor, SessionMemory.FULL);
                PixelLlm model = open(executor, new SessionMemory(20, ElementType.F32))) {
            TokenImage prompt = prompt(model, 33);
            Answer answer = model.predict(prompt);
            TokenImage last = new TokenImage(Arrays.copyOfRange(prompt.ids(), 13, 33));
            assertThat(answer.logits()).isEqualTo(full.predict(last).logits());
            assertThat(model.context()).isEqualTo(20);
            assertThat(model.provenance(answer))
                    .containsEntry("Context", "last 20 of 33 tokens")
                    .containsEntry("Executor", full.provenance().get("Executor"));
        }
    }

    @Test
    void aLongerContextThanTheModelsIsRefusedByName() throws PxiException {
        int own;
        try (PixelLlm model = open("simd", SessionMemory.FULL)) {
            own = model.context();
        }
        assertThatThrownBy(() -> open("simd", new SessionMemory(own + 1, ElementType.F32)))
                .isInstanceOf(ModelMismatchException.class)
                .hasMessageContainingAll("default.pxi", "at most " + own, String.valueOf(own + 1), "--context " + own);
        assertThatThrownBy(() -> new SessionMemory(-1, ElementType.F32)).hasMessageContaining("not -1");
        assertThatThrownBy(() -> new SessionMemory(1, ElementType.Q8)).hasMessageContaining("not q8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void halfTheBytesMoveLogitsByLittleAndProvenanceSaysSo(String executor) throws PxiException {
        try (PixelLlm full = open(executor, SessionMemory.FULL);
                PixelLlm half = open(executor, new SessionMemory(SessionMemory.ALL, ElementType.F16))) {
            for (int count : List.of(1, 15, 100)) {
                TokenImage prompt = prompt(full, count);
                float[] expected = full.predict(prompt).logits();
                float[] found = half.predict(prompt).logits();
                double largest = 0;
                double difference = 0;
                for (int i = 0; i < found.length; i++) {
                    largest = Math.max(largest, Math.abs(expected[i]));
                    difference = Math.max(difference, Math.abs(expected[i] - found[i]));
                }
                assertThat(difference / (1 + largest)).as("%d tokens", count).isLessThan(TOLERANCE);
                assertThat(difference).isPositive();
            }
            assertThat(half.provenance())
                    .containsEntry("Executor", full.provenance().get("Executor") + ", keys and values in f16");
        }
    }

    /** Prompts whose keys and values do not fit together are answered in turns, each as alone. */
    @Test
    void manyPromptsOfAnyLengthAreAnsweredAsAlone() throws PxiException {
        try (PixelLlm model = open("simd", SessionMemory.FULL);
                Predictor predictor = model.newPredictor()) {
            List<TokenImage> prompts = new ArrayList<>();
            for (int i = 0; i < predictor.size(); i++) {
                prompts.add(prompt(model, 1 + i % 5 * (model.context() / 5)));
            }
            List<Answer> answers = predictor.predict(prompts);
            for (int i : List.of(0, 4, prompts.size() - 1)) {
                assertThat(answers.get(i).logits())
                        .isEqualTo(model.predict(prompts.get(i)).logits());
            }
        }
    }
}
