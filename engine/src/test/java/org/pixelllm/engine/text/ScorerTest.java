package org.pixelllm.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Toys;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.TokenImage;

class ScorerTest {

    @TempDir
    private Path folder;

    /** A text that a model said is scored with the confidences that it said it with, wherever its context ended. */
    @Test
    void whatWasSaidIsScoredAsItWasSaid() throws IOException {
        for (int context : new int[] {1, 3, 16, 17, 24, 600}) {
            Path toy = folder.resolve(context + ".pxi");
            Toys.transformer(toy, context, 30, context);
            GenerationOptions options = new GenerationOptions(new Sampling(1, 0, 1, 0, 1, 5), 700, null);
            try (PixelLlm model = PixelLlm.open(toy);
                    Generation generation = model.generate(new TokenImage(new int[] {4}), options)) {
                while (generation.next()) {
                    assertThat(generation.tokens()).isNotEmpty();
                }
                int[] text = new int[701];
                text[0] = 4;
                System.arraycopy(generation.image().ids(), 0, text, 1, 700);
                Scores scores = model.score(new TokenImage(text), "<test>");
                List<Prediction> scored = scores.image().tokens();
                assertThat(scored.getFirst()).isEqualTo(new Prediction(4, 0));
                assertThat(scored.subList(1, 701)).as("context %d", context).isEqualTo(generation.tokens());
                assertThat(scores.characters()).isEqualTo(700);
            }
        }
    }

    @Test
    void perplexityAndBitsAreOfTheTokensBehindTheFirst() throws IOException {
        Path toy = folder.resolve("toy.pxi");
        Toys.transformer(toy, 20, 30, 3);
        int[] text = {3, 9, 27, 2};
        try (PixelLlm model = PixelLlm.open(toy)) {
            Scores scores = model.score(new TokenImage(text), "<test>");
            double nats = 0;
            for (int i = 1; i < text.length; i++) {
                float[] logits =
                        model.predict(new TokenImage(Arrays.copyOf(text, i))).logits();
                double sum = 0;
                for (float logit : logits) {
                    sum += Math.exp(logit);
                }
                nats -= Math.log(Math.exp(logits[text[i]]) / sum);
            }
            assertThat(scores.nats()).isCloseTo(nats, Offset.offset(1e-9));
            assertThat(scores.perplexity()).isCloseTo(Math.exp(nats / 3), Offset.offset(1e-9));
            assertThat(scores.bitsPerCharacter()).isCloseTo(nats / Math.log(2) / 3, Offset.offset(1e-9));
            assertThat(model.provenance(scores)).containsKeys("Perplexity", "BitsPerCharacter", "Cartridge");
        }
    }

    @Test
    void oneTokenHasNoScore() throws IOException {
        Path toy = folder.resolve("toy.pxi");
        Toys.transformer(toy, 20, 30, 3);
        try (PixelLlm model = PixelLlm.open(toy)) {
            Scores scores = model.score(new TokenImage(new int[] {7}), "<test>");
            assertThat(scores.isEmpty()).isTrue();
            assertThat(scores.image().tokens()).containsExactly(new Prediction(7, 0));
            assertThat(model.provenance(scores)).doesNotContainKeys("Perplexity", "BitsPerCharacter");
            assertThatThrownBy(() -> model.score(new TokenImage(new int[] {7, 30}), "far.pxi"))
                    .isInstanceOf(ModelMismatchException.class)
                    .hasMessageContaining("far.pxi: pixel 2");
        }
    }
}
