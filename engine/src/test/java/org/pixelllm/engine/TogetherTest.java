package org.pixelllm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.Sampling;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;

/** Many prompts together get what each would get alone. */
class TogetherTest {

    private static final Path SHIPPED =
            Path.of(System.getProperty("pixelllm.root")).resolve("cartridges/default.pxi");

    private static final int ROUNDS = Boolean.getBoolean("pixelllm.long") ? 3 : 1;

    @TempDir
    private Path folder;

    private static TokenImage prompt(int length, int vocabulary, long seed) {
        return new TokenImage(new Random(seed).ints(length, 0, vocabulary).toArray());
    }

    private void assertSameTogether(PixelLlm model, int longest) throws IOException {
        Random random = new Random(5);
        try (Predictor predictor = model.newPredictor()) {
            assertThat(predictor.size()).isPositive();
            for (int round = 0; round < ROUNDS; round++) {
                List<TokenImage> prompts = new ArrayList<>();
                for (int i = 0; i < Math.min(predictor.size(), 40); i++) {
                    prompts.add(prompt(1 + random.nextInt(longest), model.vocabulary(), 100 * round + i));
                }
                List<Answer> answers = predictor.predict(prompts);
                assertThat(answers).hasSameSizeAs(prompts);
                assertSamePictures(model, prompts, predictor, answers);
                for (int i = 0; i < answers.size(); i++) {
                    Answer alone = model.predict(prompts.get(i));
                    assertThat(answers.get(i).logits()).isEqualTo(alone.logits());
                    assertThat(answers.get(i).tokensUsed()).isEqualTo(alone.tokensUsed());
                    assertThat(answers.get(i).tokensGiven()).isEqualTo(alone.tokensGiven());
                }
            }
        }
    }

    private static void assertSamePictures(
            PixelLlm model, List<TokenImage> prompts, Predictor predictor, List<Answer> answers) throws IOException {
        int[] tops = new int[prompts.size()];
        Arrays.setAll(tops, i -> 1 + i % model.vocabulary());
        List<Answer> pictures = predictor.predict(prompts, tops);
        assertThat(pictures).hasSameSizeAs(prompts);
        for (int i = 0; i < tops.length; i++) {
            Answer answer = answers.get(i);
            int top = tops[i];
            Answer alone = model.predict(prompts.get(i), tops[i], "prompt");
            for (Answer each : List.of(pictures.get(i), alone)) {
                assertThat(each.prediction(top)).isEqualTo(answer.prediction(top));
                assertThat(each.heatmap()).isEqualTo(answer.heatmap());
                assertThatThrownBy(each::logits).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> each.prediction(top + 1)).isInstanceOf(IllegalStateException.class);
                assertThat(each.tokensUsed()).isEqualTo(answer.tokensUsed());
                assertThat(each.tokensGiven()).isEqualTo(answer.tokensGiven());
            }
        }
    }

    @Test
    void predictionsTogether() throws IOException {
        for (String executor : List.of("reference", "simd")) {
            try (PixelLlm model = PixelLlm.open(SHIPPED, new ExecutorChoice(executor, 2))) {
                assertSameTogether(model, 12);
            }
            // Prompts that do not fit one step, and one that does not fit the context.
            Path toy = folder.resolve("toy.pxi");
            Toys.transformer(toy, 700, 50, 2);
            try (PixelLlm model = PixelLlm.open(toy, new ExecutorChoice(executor, 2))) {
                assertSameTogether(model, 800);
            }
        }
    }

    /** As many as the images can name. */
    @Test
    void theWidestVocabulary() throws IOException {
        Path toy = folder.resolve("toy.pxi");
        Toys.transformer(toy, 8, 1 << 16, 2, new CharacterTokenizer(9));
        try (PixelLlm model = PixelLlm.open(toy);
                Predictor predictor = model.newPredictor()) {
            List<TokenImage> prompts = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                prompts.add(prompt(5, 9, i));
            }
            List<Answer> answers = predictor.predict(prompts);
            for (int i = 0; i < 6; i++) {
                assertThat(answers.get(i).logits())
                        .isEqualTo(model.predict(prompts.get(i)).logits());
            }
        }
    }

    @Test
    void tooManyAtATimeAreRefused() throws IOException {
        try (PixelLlm model = PixelLlm.open(SHIPPED);
                Predictor predictor = model.newPredictor()) {
            List<TokenImage> prompts = new ArrayList<>();
            for (int i = 0; i <= predictor.size(); i++) {
                prompts.add(prompt(1, 9, i));
            }
            assertThatThrownBy(() -> predictor.predict(prompts)).hasMessageContaining("at a time");
            assertThat(predictor.predict(List.of())).isEmpty();
            assertThatThrownBy(() -> predictor.predict(prompts, 5)).hasMessageContaining("at a time");
            assertThat(predictor.predict(List.of(), 5)).isEmpty();
        }
    }

    @Test
    void generationsTogether() throws IOException {
        Path toy = folder.resolve("toy.pxi");
        Toys.transformer(toy, 24, 6, 2, Toys.letters(4));
        try (PixelLlm model = PixelLlm.open(toy)) {
            List<Generation> together = new ArrayList<>();
            List<Generation> alone = new ArrayList<>();
            for (int seed = 0; seed < 20; seed++) {
                GenerationOptions options = new GenerationOptions(
                        new Sampling(2, 0, 1, 0, 1, seed), 1 + 4 * seed, seed % 2 == 0 ? "ab" : null);
                TokenImage prompt = prompt(1 + seed * 2, 6, seed);
                together.add(model.generate(prompt, options));
                alone.add(model.generate(prompt, options));
            }
            assertThat(together.get(3).next()).isTrue();
            model.finish(together);
            for (int i = 0; i < alone.size(); i++) {
                while (alone.get(i).next()) {
                    assertThat(alone.get(i).tokens()).isNotEmpty();
                }
                assertThat(together.get(i).tokens()).isEqualTo(alone.get(i).tokens());
                assertThat(together.get(i).provenance()).isEqualTo(alone.get(i).provenance());
                together.get(i).close();
                alone.get(i).close();
            }
        }
    }
}
