package org.pixelllm.protocol.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngCodecTest;

/** One test for each rule of the prediction image and the heat map. */
class OutputImagesTest {

    /** The best of the most logits, barely better than the rest: sound as tokens too, and read as what is asked for. */
    @Test
    void aPredictionThatLooksLikeTokensIsReadByWhoAsksForOne() throws PxiException {
        float[] logits = new float[PredictionImage.MAX_PREDICTIONS];
        logits[65_535] = 6;
        PredictionImage image = PredictionImage.of(logits, logits.length);
        assertThat(image.predictions().getFirst()).isEqualTo(new Prediction(65_535, 1));
        assertThat(image.predictions().getLast()).isEqualTo(new Prediction(65_534, 0));
        Png png = PngCodecTest.decode(image.toPng(Map.of()));
        assertThat(PredictionImage.decode(png, "p.pxi")).isEqualTo(image);
        assertThat(PxiKind.of(png)).isEqualTo(PxiKind.TOKENS);
        assertThat(TokenImage.decode(png, "t.pxi").count()).isEqualTo(65_535);
    }

    @Test
    void equalLogitsGoByTheLowerId() {
        PredictionImage image = PredictionImage.of(new float[] {0f, 2f, -0f, 2f, 0f}, 4);
        assertThat(image.predictions()).extracting(Prediction::id).containsExactly(1, 3, 0, 2);
    }

    @Test
    void theSoftmaxIsOverTheKHighestAndItsFloorIsTaken() {
        float ln2 = (float) Math.log(2);
        // weights 4 : 2 : 1, and a fourth that does not count
        PredictionImage image = PredictionImage.of(new float[] {0, 2 * ln2, -9, ln2}, 3);
        assertThat(image.predictions())
                .containsExactly(new Prediction(1, 145), new Prediction(3, 72), new Prediction(0, 36));
        // one third of 255 is 85 exactly, two sevenths 72.86: the floor, not the nearest
        assertThat(PredictionImage.of(new float[] {5, 5, 5}, 3).predictions())
                .extracting(Prediction::confidence)
                .containsExactly(85, 85, 85);
        assertThat(PredictionImage.of(new float[] {5, 5}, 2).predictions())
                .extracting(Prediction::confidence)
                .containsExactly(127, 127);
    }

    @Test
    void extremeLogitsDoNotOverflow() {
        float[] logits = {Float.MAX_VALUE, -Float.MAX_VALUE, 0};
        assertThat(PredictionImage.of(logits, 3).predictions())
                .containsExactly(new Prediction(0, 255), new Prediction(2, 0), new Prediction(1, 0));
        LogitsHeatmap map = LogitsHeatmap.of(logits);
        assertThat(new int[] {map.value(0), map.value(1), map.value(2)}).containsExactly(255, 0, 127);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 17, 999, 1000, 2000})
    void theHighestAreThoseOfAFullSort(int k) {
        Random random = new Random(k);
        float[] logits = new float[1000];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = random.nextInt(50); // many ties
        }
        int[] sorted = IntStream.range(0, 1000)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -logits[i]).thenComparing(i -> i))
                .mapToInt(i -> i)
                .limit(k)
                .toArray();
        assertThat(TopK.of(logits, Math.min(k, 1000))).isEqualTo(sorted);
        assertThat(PredictionImage.of(logits, k).predictions())
                .extracting(Prediction::id)
                .containsExactly(Arrays.stream(sorted).boxed().toArray(Integer[]::new));
    }

    @Test
    void badLogitsAreToldByTheirNumber() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] logits = {1, 2, bad};
            assertThatThrownBy(() -> PredictionImage.of(logits, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("logit 2 is " + bad);
            assertThatThrownBy(() -> LogitsHeatmap.of(logits)).hasMessageContaining("logit 2 is " + bad);
        }
        for (float[] logits : new float[][] {{}, new float[(1 << 19) + 1]}) {
            assertThatThrownBy(() -> PredictionImage.of(logits, 5)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> LogitsHeatmap.of(logits)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> PredictionImage.of(new float[] {1}, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void predictionsAreReadBack() throws Exception {
        PredictionImage image = PredictionImage.of(new float[] {1, 2, 3, 4, 5, 6, 7}, 5);
        Png png = PngCodecTest.decode(image.toPng(Map.of("a", "b")));
        assertThat(PredictionImage.decode(png, "out.pxi")).isEqualTo(image);
        assertThat(png.text()).containsEntry("a", "b");
        assertThat(new Prediction(1, 51).probability()).isEqualTo(0.2);
        Prediction high = new Prediction(65_535, 3);
        assertThat(new PredictionImage(List.of(high)).toPixels())
                .isEqualTo(TokenImageTest.row(255, 255, 3).pixels());
    }

    @Test
    void confidencesThatIncreaseAreRefused() {
        Png png = TokenImageTest.row(1, 0, 9, 2, 0, 9, 3, 0, 10);
        assertThatThrownBy(() -> PredictionImage.decode(png, "out.pxi"))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageStartingWith("out.pxi: pixel 2")
                .hasMessageContaining("confidence 10");
        List<Prediction> rising = List.of(new Prediction(1, 1), new Prediction(2, 2));
        assertThatThrownBy(() -> new PredictionImage(rising)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PredictionImage(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Prediction(0xFFFFFF, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Prediction(0, 256)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void otherPicturesAreNoPredictions() {
        Png picture = new Png(Pixels.black(640, 480), Map.of());
        assertThatThrownBy(() -> PredictionImage.decode(picture, "out.pxi"))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("a 640 x 480 picture");
        Png tokens = new Png(new TokenImage(new int[] {1, 2}).toPixels(), Map.of());
        assertThatThrownBy(() -> PredictionImage.decode(tokens, "out.pxi"))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("a token image (3 x 1)");
    }

    @Test
    void theHeatMapSpansBlackToWhiteAndTakesTheFloor() {
        LogitsHeatmap map = LogitsHeatmap.of(new float[] {-1, 0, 1, 0.999f});
        assertThat(map.width()).isEqualTo(32);
        assertThat(map.height()).isEqualTo(1);
        assertThat(new int[] {map.value(0), map.value(1), map.value(2), map.value(3)})
                .containsExactly(0, 127, 255, 254);
        assertThat(map.value(4)).isZero();
    }

    @Test
    void theHighestLogitIsWhiteWhateverTheRounding() {
        Random random = new Random(3);
        for (int i = 0; i < 100_000; i++) {
            float low = random.nextFloat() * 10 - 5;
            float high = low + random.nextFloat() + 1e-6f;
            assertThat(LogitsHeatmap.of(new float[] {low, high}).value(1)).isEqualTo(high > low ? 255 : 128);
        }
    }

    @Test
    void equalLogitsAreMiddleGreyAndWhatFollowsIsBlack() {
        LogitsHeatmap map = LogitsHeatmap.of(new float[33]);
        assertThat(map.height()).isEqualTo(2);
        for (int id = 0; id < 64; id++) {
            assertThat(map.value(id)).isEqualTo(id < 33 ? 128 : 0);
        }
    }

    @Test
    void theHeatMapIsReadBackAndItsCellsAreGrey() throws Exception {
        float[] logits = new float[1000];
        for (int i = 0; i < 1000; i++) {
            logits[i] = (float) Math.sin(i);
        }
        LogitsHeatmap map = LogitsHeatmap.of(logits);
        Png png = PngCodecTest.decode(map.toPng(Map.of()));
        assertThat(LogitsHeatmap.decode(png, "heat.pxi")).isEqualTo(map);
        png.pixels().set(3, 2, 1, 1, 2);
        assertThatThrownBy(() -> LogitsHeatmap.decode(png, "heat.pxi"))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageStartingWith("heat.pxi: pixel (3, 2)")
                .hasMessageContaining("(1, 1, 2)");
    }

    @Test
    void kindsAreToldByTheirPixels() {
        assertKind(PxiKind.TOKENS, new TokenImage(new int[] {65}).toPixels());
        assertKind(PxiKind.TOKENS, new TokenImage(new int[255]).toPixels());
        assertKind(
                PxiKind.PREDICTION, PredictionImage.of(new float[] {1, 2, 3}, 3).toPixels());
        assertKind(PxiKind.PREDICTION, PredictionImage.of(new float[] {1}, 1).toPixels());
        assertKind(PxiKind.PREDICTION, PredictionImage.of(new float[1024], 1024).toPixels());
        assertKind(PxiKind.HEATMAP, LogitsHeatmap.of(new float[] {1, 2, 3}).toPixels());
        assertKind(PxiKind.HEATMAP, LogitsHeatmap.of(new float[40]).toPixels());
        assertKind(PxiKind.OTHER, Pixels.black(32, 32));
        assertKind(PxiKind.OTHER, PngCodecTest.random(32, 32, 1));
        assertKind(PxiKind.OTHER, TokenImageTest.row(2, 0, 1, 65, 0, 0).pixels()); // a broken token image
        assertKind(PxiKind.OTHER, TokenImageTest.row(1, 0, 128, 1, 0, 127).pixels()); // one id twice
    }

    private static void assertKind(PxiKind kind, Pixels pixels) {
        assertThat(PxiKind.of(new Png(pixels, Map.of()))).isEqualTo(kind);
    }
}
