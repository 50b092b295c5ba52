package org.pixelllm.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.conformance.GoldenImages.Golden;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;

/** Pixels cross over both ways with numpy and PIL, the libraries of the document's own snippets. */
class PythonCrossingTest {

    private static final TokenImage MOST_TOKENS = tokens(65_535);

    private static Python python;

    @TempDir
    private Path folder;

    @BeforeAll
    static void findPython() throws Exception {
        python = Python.require();
    }

    static List<TokenImage> inputs() {
        return List.of(
                GoldenImages.ALL.get(1).tokens(),
                GoldenImages.ALL.get(2).tokens(),
                tokens(255),
                tokens(256),
                tokens(257),
                MOST_TOKENS);
    }

    static List<Golden> golden() {
        return GoldenImages.ALL;
    }

    static List<PredictionImage> predictions() {
        PredictionImage example = new PredictionImage(List.of(
                new Prediction(32, 73),
                new Prediction(101, 45),
                new Prediction(116, 45),
                new Prediction(10, 45),
                new Prediction(115, 44)));
        return List.of(example, PredictionImage.of(logits(1024), 1), PredictionImage.of(logits(65_536), 65_536));
    }

    @Test
    void weReadWhatTheDocumentsSnippetCreates() throws Exception {
        python.run(folder, "create_manually.py");

        assertThat(TokenImage.read(folder.resolve("input_tokens.pxi")))
                .isEqualTo(new TokenImage(new int[] {112, 120, 79, 83}));
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void weReadWhatTheSnippetCreatesForOtherTokens(TokenImage tokens) throws Exception {
        Path ids = folder.resolve("ids.txt");
        Files.writeString(
                ids, Arrays.stream(tokens.ids()).mapToObj(String::valueOf).collect(Collectors.joining(" ")));

        python.run(folder, "create_with_tokens.py", Python.script("create_manually.py"), ids);

        assertThat(TokenImage.read(folder.resolve("input_tokens.pxi"))).isEqualTo(tokens);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void weReadEveryWayToStoreThosePixels(TokenImage tokens) throws Exception {
        Path picture = folder.resolve("input_tokens.pxi");
        tokens.write(picture, Map.of());

        List<String> variants = python.run(folder, "png_variants.py", picture, folder);

        assertThat(variants).contains("rgb.pxi", "optimized.pxi", "rgba.pxi", "interlaced.pxi");
        for (String variant : variants) {
            assertThat(TokenImage.read(folder.resolve(variant))).as(variant).isEqualTo(tokens);
        }
    }

    @Test
    void weReadAPaletteAndGreyPixels() throws Exception {
        // A count of 257 is the one grey first pixel, (1, 1, 1); id 0 is black.
        TokenImage tokens = new TokenImage(new int[257]);
        Path picture = folder.resolve("input_tokens.pxi");
        tokens.write(picture, Map.of());

        List<String> variants = python.run(folder, "png_variants.py", picture, folder);

        assertThat(variants).contains("palette.pxi", "grey.pxi", "grey-alpha.pxi");
        for (String variant : variants) {
            assertThat(TokenImage.read(folder.resolve(variant))).as(variant).isEqualTo(tokens);
        }
    }

    @ParameterizedTest
    @MethodSource("golden")
    void numpyReadsTheGoldenImages(Golden golden) throws Exception {
        assertReadBack(
                GoldenImages.folder().resolve(golden.file()), golden.tokens().toPixels());
    }

    @ParameterizedTest
    @MethodSource("predictions")
    void theDocumentsSnippetDecodesOurPredictions(PredictionImage image) throws Exception {
        Path file = folder.resolve("output_token.pxi");
        image.write(file, Map.of("Software", "Pixel-LLM"));

        List<String> lines = python.run(folder, "decode_manually.py");

        assertThat(lines)
                .isEqualTo(image.predictions().stream()
                        .map(PythonCrossingTest::printed)
                        .toList());
        assertReadBack(file, image.toPixels());
    }

    private static String printed(Prediction p) {
        return String.format(Locale.ROOT, "Token %d: %.3f", p.id(), p.probability());
    }

    @ParameterizedTest
    @MethodSource("vocabularies")
    void numpyReadsOurHeatMaps(int vocabulary) throws Exception {
        LogitsHeatmap heatmap = LogitsHeatmap.of(logits(vocabulary));
        Path file = folder.resolve("logits_heatmap.pxi");
        heatmap.write(file, Map.of("Cartridge", "sha256:0"));

        assertReadBack(file, heatmap.toPixels());
    }

    static IntStream vocabularies() {
        return IntStream.of(1, 33, 1024, 65_536);
    }

    @Test
    void numpyReadsOurLongestTokenImage() throws Exception {
        Path file = folder.resolve("input_tokens.pxi");
        MOST_TOKENS.write(file, Map.of());

        assertReadBack(file, MOST_TOKENS.toPixels());
    }

    private void assertReadBack(Path file, Pixels expected) throws IOException, InterruptedException {
        Path raw = folder.resolve("raw");

        List<String> seen = python.run(folder, "raw_pixels.py", file, raw);

        assertThat(seen).containsExactly("PNG RGB " + expected.height() + " " + expected.width());
        assertThat(Files.readAllBytes(raw)).isEqualTo(expected.rgb());
    }

    private static TokenImage tokens(int count) {
        return new TokenImage(IntStream.range(0, count).map(i -> 331 * i % 1024).toArray());
    }

    private static float[] logits(int vocabulary) {
        float[] logits = new float[vocabulary];
        for (int i = 0; i < vocabulary; i++) {
            logits[i] = (i * 7919 % 1009) / 100f;
        }
        return logits;
    }
}
