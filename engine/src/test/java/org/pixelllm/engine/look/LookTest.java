package org.pixelllm.engine.look;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Seeing;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.images.ActivationsImage;
import org.pixelllm.protocol.images.AttentionImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;

class LookTest {

    private static final Path SHIPPED = Path.of(System.getProperty("pixelllm.root"), "cartridges", "default.pxi");

    @TempDir
    private Path folder;

    private Path toy(String name, String program) throws IOException {
        Path file = folder.resolve(name + ".pxi");
        Seeing.write(file, program, new CharacterTokenizer(64), value -> value);
        return file;
    }

    private static PixelLlm open(Path file, String executor) throws IOException {
        return PixelLlm.open(file, new ExecutorChoice(executor, 2));
    }

    private static TokenImage tokens(int count, int vocabulary) {
        return new TokenImage(new Random(count).ints(count, 0, vocabulary).toArray());
    }

    /** The lens of the last layer is the prediction, behind every token and to the bit; so is what look leaves alone. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void theLastLayersLensIsThePrediction(String executor) throws Exception {
        try (PixelLlm model = open(SHIPPED, executor)) {
            TokenImage text = model.tokens("Once upon a time there was a little girl.");
            Look look = Look.at(model, text, "<text>", LookOptions.EVERYTHING);
            assertThat(look.missing()).isEmpty();
            Lens lens = look.lens();
            assertThat(lens.layers()).isEqualTo(4);
            assertThat(lens.positions()).isEqualTo(text.count());
            for (int position = 0; position < lens.positions(); position++) {
                int[] start = Arrays.copyOf(text.ids(), position + 1);
                Answer answer = model.predict(new TokenImage(start));
                assertThat(lens.id(3, position))
                        .isEqualTo(answer.prediction(1).predictions().getFirst().id());
                assertThat(lens.probability(3, position)).isEqualTo(probability(answer.logits(), lens.id(3, position)));
            }
        }
    }

    private static double probability(float[] logits, int id) {
        double sum = 0;
        for (float logit : logits) {
            sum += StrictMath.exp((double) logit - logits[id]);
        }
        return 1 / sum;
    }

    /** A layer's lens is the model's own end behind that layer: here computed by a program that ends there. */
    @Test
    void anInnerLayersLensIsTheModelsEndBehindIt() throws Exception {
        String whole = Seeing.transformer(2, 40);
        String first = Seeing.transformer(1, 40);
        Path two = folder.resolve("two.pxi");
        Path one = folder.resolve("one.pxi");
        Seeing.write(two, whole, new CharacterTokenizer(64), value -> value);
        Seeing.write(one, first, new CharacterTokenizer(64), value -> value);
        TokenImage text = tokens(23, 64);
        LookOptions lens = new LookOptions(null, false, false, true, false, false);
        try (PixelLlm deep = open(two, "reference");
                PixelLlm shallow = open(one, "reference")) {
            Lens both = Look.at(deep, text, "t", lens).lens();
            Lens alone = Look.at(shallow, text, "t", lens).lens();
            assertThat(both.layers()).isEqualTo(2);
            for (int position = 0; position < 23; position++) {
                assertThat(both.id(0, position)).isEqualTo(alone.id(0, position));
                assertThat(both.probability(0, position)).isEqualTo(alone.probability(0, position));
            }
        }
    }

    @Test
    void activationsOnSimdAreThoseOfTheReference() throws Exception {
        LookOptions options = new LookOptions(null, false, true, false, false, false);
        try (PixelLlm reference = open(SHIPPED, "reference");
                PixelLlm simd = open(SHIPPED, "simd")) {
            TokenImage text = reference.tokens("The cat sat on the mat, and the dog sat on the cat.");
            List<LayerValues> expected = Look.at(reference, text, "t", options).activations();
            List<LayerValues> found = Look.at(simd, text, "t", options).activations();
            assertThat(expected)
                    .extracting(LayerValues::tensor)
                    .containsExactly(
                            "layers.0.feed_added", "layers.1.feed_added", "layers.2.feed_added", "layers.3.feed_added");
            for (int layer = 0; layer < 4; layer++) {
                ActivationsImage a = expected.get(layer).image();
                ActivationsImage b = found.get(layer).image();
                assertThat(a.rows()).isEqualTo(text.count());
                assertThat(a.columns()).isEqualTo(256);
                float largest = 0;
                for (float value : a.values()) {
                    largest = Math.max(largest, Math.abs(value));
                }
                assertThat(b.values())
                        .as("layer %d", layer)
                        .usingComparatorWithPrecision(1e-4f * (1 + largest))
                        .containsExactly(a.values());
            }
        }
    }

    @Test
    void aHeadLooksBackAndItsWeightsAreTheImage() throws Exception {
        try (PixelLlm model = open(SHIPPED, "reference")) {
            TokenImage text = model.tokens("Once upon a time");
            Look look = Look.at(
                    model, text, "t", new LookOptions(new LookOptions.Head(3, 0), false, false, false, false, false));
            AttentionImage image = look.head().images().getFirst();
            assertThat(look.head().images()).hasSize(1);
            assertThat(image.width()).isEqualTo(16);
            for (int row = 0; row < 16; row++) {
                int sum = 0;
                for (int column = 0; column < 16; column++) {
                    sum += image.value(column, row);
                    assertThat(column > row && image.value(column, row) != 0).isFalse();
                }
                // Each of the row's weights lost less than one of 255.
                assertThat(sum).isBetween(255 - row - 1, 255);
            }
            assertThat(image.value(0, 0)).isEqualTo(255);
            assertThat(look.hasLens() || look.hasTrace() || look.hasSheet()).isFalse();
            assertThatThrownBy(look::lens).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aLongTextIsCutIntoTilesOrReadFromItsEnd() throws Exception {
        Path file = toy("long", Seeing.transformer(1, 9000));
        try (PixelLlm model = open(file, "simd")) {
            LookOptions options = new LookOptions(new LookOptions.Head(0, 1), true, true, true, true, false);
            Look look = Look.at(model, tokens(2500, 64), "t", options);
            List<AttentionImage> tiles = look.head().images();
            assertThat(tiles)
                    .extracting(AttentionImage::toString)
                    .containsExactly(
                            "AttentionImage[2048 x 2048 at 0,0]",
                            "AttentionImage[2048 x 452 at 2048,0]",
                            "AttentionImage[452 x 452 at 2048,2048]");
            assertThat(tiles.get(1).isTile()).isTrue();
            assertThat(look.contextNote()).isEmpty();
            assertThat(look.head().view(look.words(), "").width()).isPositive();
            assertThat(look.sheet().width()).isPositive();
            assertThat(look.lens().view(look.words(), look::word, "").width()).isPositive();
            assertThat(look.activations().getFirst().image().rows()).isEqualTo(2500);
            Look longer =
                    Look.at(model, tokens(9500, 64), "t", new LookOptions(null, false, true, false, false, false));
            assertThat(longer.contextNote()).isEqualTo("last 8192 of 9500 tokens");
            assertThat(longer.provenance()).containsEntry("Context", "last 8192 of 9500 tokens");
        }
    }

    @Test
    void oneTokenIsEnough() throws Exception {
        try (PixelLlm model = open(SHIPPED, "reference")) {
            Look look = Look.at(model, new TokenImage(new int[] {65}), "t", LookOptions.EVERYTHING);
            assertThat(look.head().images().getFirst().value(0, 0)).isEqualTo(255);
            assertThat(look.trace().lines()).hasSize(68);
            assertThat(look.lens()
                            .view(look.words(), look::word, look.contextNote())
                            .height())
                    .isPositive();
            assertThat(look.trace().view("").height()).isPositive();
            assertThat(look.activations().getFirst().view("").height()).isPositive();
            assertThat(look.provenance())
                    .containsKeys("Cartridge", "Program", "Executor", "Sampler", "Seed", "Software");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "4,0,layer 4 does not exist: this model has layers 0 to 3",
        "0,4,head 4 does not exist: layer 0 has heads 0 to 3"
    })
    void aHeadThatIsNotThereIsRefused(int layer, int head, String words) throws Exception {
        try (PixelLlm model = open(SHIPPED, "reference")) {
            LookOptions options = new LookOptions(new LookOptions.Head(layer, head), false, false, false, false, false);
            assertThatThrownBy(() -> Look.at(model, tokens(3, 64), "t", options))
                    .isInstanceOf(NotInModelException.class)
                    .hasMessage(words);
        }
    }

    @Test
    void anIdBeyondTheVocabularyIsRefused() throws Exception {
        try (PixelLlm model = open(toy("small", Seeing.transformer(1, 9)), "reference")) {
            assertThatThrownBy(() -> Look.at(model, new TokenImage(new int[] {64}), "t", LookOptions.EVERYTHING))
                    .isInstanceOf(ModelMismatchException.class);
        }
    }

    /** v0's shape: no attention; its one layer is the hidden one, and the lens of that is the prediction. */
    @Test
    void aModelWithoutAttentionShowsWhatItHas() throws Exception {
        try (PixelLlm model = open(toy("pooled", Seeing.POOLED), "reference")) {
            TokenImage text = tokens(9, 64);
            Look look = Look.at(model, text, "t", LookOptions.EVERYTHING);
            assertThat(look.missing()).hasSize(2).allMatch(each -> each.contains("no attention"));
            assertThat(look.hasHead()).isFalse();
            assertThat(look.activations())
                    .singleElement()
                    .extracting(LayerValues::tensor)
                    .isEqualTo("h");
            assertThat(look.activations().getFirst().image().rows()).isEqualTo(9);
            assertThat(look.lens().layers()).isEqualTo(1);
            assertThat(look.lens().id(0, 8))
                    .isEqualTo(model.predict(text)
                            .prediction(1)
                            .predictions()
                            .getFirst()
                            .id());
            assertThatThrownBy(() -> Look.at(model, text, "t", new LookOptions(null, true, false, false, false, false)))
                    .isInstanceOf(NotInModelException.class);
        }
    }

    @Test
    void aProgramOfAnotherShapeIsSaidToHaveNoLens() throws Exception {
        LookOptions lens = new LookOptions(null, false, false, true, false, false);
        LookOptions ends = new LookOptions(null, false, true, false, false, false);
        try (PixelLlm flat = open(toy("flat", Seeing.FLAT), "reference");
                PixelLlm growing = open(toy("growing", Seeing.GROWING), "reference");
                PixelLlm pooling = open(toy("pooling", Seeing.POOLING_END), "reference")) {
            assertThatThrownBy(() -> Look.at(flat, tokens(3, 64), "t", lens)).hasMessageContaining("has none");
            assertThatThrownBy(() -> Look.at(flat, tokens(3, 64), "t", ends)).hasMessageContaining("has none");
            assertThatThrownBy(() -> Look.at(growing, tokens(3, 64), "t", lens))
                    .isInstanceOf(NotInModelException.class)
                    .hasMessageContaining("one shape");
            assertThat(Look.at(growing, tokens(3, 64), "t", ends).activations())
                    .extracting(each -> each.image().columns())
                    .containsExactly(8, 12);
            assertThatThrownBy(() -> Look.at(pooling, tokens(3, 64), "t", lens))
                    .isInstanceOf(NotInModelException.class)
                    .hasMessageContaining("state");
            assertThat(Look.at(flat, tokens(3, 64), "t", LookOptions.EVERYTHING).hasTrace())
                    .isTrue();
        }
    }

    /** A weight that is no number makes everything behind it odd: that is shown, and is no image of weights. */
    @Test
    void whatIsNoNumberIsShown() throws Exception {
        Path file = folder.resolve("odd.pxi");
        Seeing.write(file, Seeing.transformer(2, 30), new CharacterTokenizer(64), value -> Float.MAX_VALUE);
        try (PixelLlm model = open(file, "reference")) {
            Look look = Look.at(model, tokens(5, 64), "t", LookOptions.EVERYTHING);
            assertThat(look.head().fault()).isEqualTo("position 0 looks at position 0 with the weight NaN");
            assertThatThrownBy(() -> look.head().images()).isInstanceOf(IllegalStateException.class);
            assertThat(look.lens().id(0, 0)).isEqualTo(Lens.NOTHING);
            assertThat(look.lens().probability(1, 4)).isNaN();
            assertThat(look.trace().lines().getLast().nans()).isEqualTo(5 * 64);
            assertThat(look.activations().getFirst().image().values()).containsOnly(Float.NaN);
            assertThat(look.head().view(look.words(), "").width()).isPositive();
            assertThat(look.sheet().width()).isPositive();
            assertThat(look.lens().view(look.words(), look::word, "").width()).isPositive();
            assertThat(look.trace().view("").width()).isPositive();
            assertThat(look.activations().getFirst().view("").width()).isPositive();
        }
    }

    @Test
    void aTracesNumbersAreThoseOfTheValues() throws Exception {
        try (PixelLlm model = open(SHIPPED, "reference")) {
            Look look = Look.at(model, tokens(40, 1024), "t", LookOptions.EVERYTHING);
            LayerValues layer = look.activations().get(2);
            Trace.Line line = look.trace().lines().stream()
                    .filter(each -> each.tensor().equals(layer.tensor()))
                    .findFirst()
                    .orElseThrow();
            float max = Float.NEGATIVE_INFINITY;
            double sum = 0;
            for (float value : layer.image().values()) {
                max = Math.max(max, value);
                sum += value;
            }
            assertThat(line.rows()).isEqualTo(40);
            assertThat(line.columns()).isEqualTo(256);
            assertThat(line.max()).isEqualTo(max);
            assertThat(line.mean()).isEqualTo(sum / layer.image().values().length);
            assertThat(look.trace().lines().getLast().rows()).isEqualTo(40);
        }
    }

    @Test
    void aProfileHasATimeForEachInstruction() throws Exception {
        try (PixelLlm model = open(toy("timed", Seeing.transformer(2, 30)), "simd")) {
            for (boolean single : new boolean[] {false, true}) {
                Profile profile = Profile.of(model, tokens(40, 64), "t", 3, single);
                assertThat(profile.tokens()).isEqualTo(30);
                assertThat(profile.lines())
                        .hasSameSizeAs(model.cartridge().program().instructions())
                        .allMatch(each -> each.nanoseconds() >= 0);
                assertThat(profile.nanoseconds()).isPositive();
                assertThat(profile.lines()).anyMatch(each -> each.together() == 3); // queries, keys, values
                assertThat(profile.view(model.cartridge().program(), "").width())
                        .isPositive();
            }
            assertThatThrownBy(() -> Profile.of(model, tokens(4, 64), "t", 0, false))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
