package org.pixelllm.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;

class OutputRulesTest {

    @TempDir
    private Path folder;

    private SmallRun run;

    @BeforeEach
    void makeARightRun() {
        run = new SmallRun(folder);
    }

    private List<Rule> broken() {
        return findings().stream().map(Finding::rule).toList();
    }

    private List<Finding> findings() {
        return OutputRules.check(run.input(), run.outputs(), SmallRun.VOCABULARY);
    }

    @Test
    void aRightRunHasNoFindings() throws IOException {
        run.write();

        assertThat(findings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Rule.class)
    void eachRuleIsBrokenAlone(Rule rule) throws IOException {
        breakOnly(rule);

        assertThat(findings()).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo(rule);
            assertThat(finding.message()).contains("expected", "found");
        });
    }

    /** One deliberate fault for each rule; a rule without one does not compile. */
    private void breakOnly(Rule rule) throws IOException {
        switch (rule) {
            case INPUT -> run.tokens[1] = 8;
            case PREDICTION_IDS -> run.predictions[2][0] = 256 + 5;
            case PREDICTION_DISTINCT -> run.predictions[2][0] = 3;
            case PREDICTION_ORDER -> run.predictions = new int[][] {{7, 100}, {3, 101}, {5, 52}};
            case PREDICTION_SUM -> run.predictions[0][1] = 148;
            case HEATMAP_RANGE -> run.greys[0] = 1;
            case HEATMAP_TOP -> run.greys = new int[] {0, 60, 100, 255, 10, 147, 30, 254};
            case HEATMAP_ORDER -> run.greys[5] = 201;
            case HEATMAP_FLAT -> Arrays.fill(run.greys, 128);
            case HEATMAP_SCALE -> run.greys[5] = 120;
            default -> {}
        }
        run.write();
        switch (rule) {
            case PREDICTION_FILE -> Files.delete(run.prediction());
            case PREDICTION_FORMAT ->
                ImageIO.write(
                        withAlpha(run.predictionPixels()),
                        "png",
                        run.prediction().toFile());
            case PREDICTION_SHAPE -> SmallRun.put(run.prediction(), Pixels.black(3, 2));
            case HEATMAP_FILE -> cut(run.heatmap());
            case HEATMAP_FORMAT ->
                ImageIO.write(grey(run.heatmapPixels()), "png", run.heatmap().toFile());
            case HEATMAP_SIZE -> SmallRun.put(run.heatmap(), Pixels.black(7, 1));
            case HEATMAP_GREY -> {
                Pixels coloured = run.heatmapPixels();
                coloured.set(1, 1, 120, 120, 121);
                SmallRun.put(run.heatmap(), coloured);
            }
            default -> {}
        }
    }

    @Test
    void anotherTokenBrighterThanTheLastPredictedOneBreaksTheOrder() throws IOException {
        run.greys[2] = 148;
        run.write();

        assertThat(broken()).containsExactly(Rule.HEATMAP_ORDER);
    }

    @Test
    void anInterlacedFileIsNotTheStoredFormat() throws IOException {
        run.write();
        writeInterlaced(run.prediction(), run.predictionPixels());

        assertThat(broken()).containsExactly(Rule.PREDICTION_FORMAT);
    }

    @Test
    void moreConfidenceThanThereIsBreaksTheSum() throws IOException {
        run.predictions[0][1] = 153;
        run.write();

        assertThat(broken()).containsExactly(Rule.PREDICTION_SUM);
    }

    @Test
    void morePredictionsThanIdsAreNoShape() throws IOException {
        run.write();
        SmallRun.put(run.prediction(), Pixels.black(9, 1));

        assertThat(broken()).containsExactly(Rule.PREDICTION_SHAPE);
    }

    @Test
    void equalGreysRankEitherWay() throws IOException {
        run.predictions = new int[][] {{7, 100}, {3, 99}, {5, 54}};
        run.greys = new int[] {0, 60, 147, 255, 10, 147, 30, 255};
        run.write();

        assertThat(findings()).isEmpty();
    }

    @Test
    void aFlatHeatMapSaysThatAllLogitsAreEqual() throws IOException {
        Arrays.fill(run.greys, 128);
        run.predictions = new int[][] {{7, 85}, {3, 85}, {5, 84}};
        run.write();

        assertThat(findings()).isEmpty();
    }

    @Test
    void pixelsAfterTheLastIdAreFree() throws IOException {
        run.greys = Arrays.copyOf(run.greys, 12);
        Arrays.fill(run.greys, 8, 12, 255);
        run.write();

        assertThat(findings()).isEmpty();
    }

    @Test
    void everyFaultIsToldInTheOrderOfTheRules() throws IOException {
        run.tokens[0] = 9;
        run.predictions = new int[][] {{7, 90}, {3, 91}, {9, 0}};
        run.greys[0] = 2;
        run.write();

        assertThat(broken())
                .containsExactly(
                        Rule.INPUT,
                        Rule.PREDICTION_IDS,
                        Rule.PREDICTION_ORDER,
                        Rule.PREDICTION_SUM,
                        Rule.HEATMAP_RANGE);
    }

    @Test
    void theProtocolRoomKeepsTheRules() throws IOException {
        float[] logits = new float[1024];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.sin(i * 0.7) * (i % 13);
        }
        for (int k : new int[] {1, 2, 5, 300, 1024}) {
            new TokenImage(new int[] {1023}).write(run.input(), Map.of());
            PredictionImage.of(logits, k).write(run.prediction(), Map.of());
            LogitsHeatmap.of(logits).write(run.heatmap(), Map.of());

            assertThat(OutputRules.check(run.input(), folder, 1024))
                    .as("top %d", k)
                    .isEmpty();
        }
    }

    @Test
    void aVocabularyBeyondVersionTwoIsRefused() {
        assertThatThrownBy(() -> OutputRules.check(run.input(), folder, PxiVersion.MAX_VOCABULARY + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(PxiVersion.MAX_VOCABULARY + 1));
    }

    private static BufferedImage withAlpha(Pixels pixels) {
        BufferedImage image = new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_4BYTE_ABGR);
        fill(image, pixels);
        return image;
    }

    private static void fill(BufferedImage image, Pixels pixels) {
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < pixels.width(); x++) {
                int rgb = pixels.red(x, y) << 16 | pixels.green(x, y) << 8 | pixels.blue(x, y);
                image.setRGB(x, y, 0xFF000000 | rgb);
            }
        }
    }

    private static BufferedImage grey(Pixels pixels) {
        BufferedImage image = new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < pixels.width(); x++) {
                image.getRaster().setSample(x, y, 0, pixels.red(x, y));
            }
        }
        return image;
    }

    private static void writeInterlaced(Path file, Pixels pixels) throws IOException {
        BufferedImage image = new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_3BYTE_BGR);
        fill(image, pixels);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam interlaced = writer.getDefaultWriteParam();
        interlaced.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        Files.delete(file);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), interlaced);
        } finally {
            writer.dispose();
        }
    }

    private static void cut(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 20));
    }
}
