package org.pixelllm.protocol.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pixelllm.protocol.images.TokenImageTest.row;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.UnsupportedVersionException;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngBuilder;
import org.pixelllm.protocol.png.PngCodecTest;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.protocol.png.PngReader;

/** One test for each rule of version 2. */
class WideImagesTest {

    private static final int HIGH = 262_143; // (255, 255, 3)
    private static final Prediction A = new Prediction(HIGH, 200);
    private static final Prediction B = new Prediction(65_536, 50);
    private static final Prediction C = new Prediction(7, 0);

    @TempDir
    private Path folder;

    private static Pixels picture(int width, int... samples) {
        return new Pixels(width, samples.length / width / 3, PngBuilder.bytes(samples));
    }

    static List<PxiImage.OfTokens> outputs() {
        return List.of(
                new PredictionImage(PxiVersion.V2, List.of(A, B, C)),
                new SequenceImage(PxiVersion.V2, List.of(A, C, B)),
                new ScoresImage(PxiVersion.V2, List.of(C, A, B)),
                new BeamsImage(PxiVersion.V2, List.of(List.of(A), List.of(B, C), List.of(C))));
    }

    @Test
    void theVersionIsThatOfTheVocabulary() {
        assertThat(PxiVersion.of(1)).isEqualTo(PxiVersion.V1);
        assertThat(PxiVersion.of(65_536)).isEqualTo(PxiVersion.V1);
        assertThat(PxiVersion.of(65_537)).isEqualTo(PxiVersion.V2);
        assertThat(PxiVersion.of(PxiVersion.MAX_VOCABULARY)).isEqualTo(PxiVersion.V2);
        assertThat(PxiVersion.MAX_VOCABULARY).isGreaterThanOrEqualTo(262_144);
    }

    @Test
    void aTokenHasThreeBytes() throws PxiException {
        TokenImage image = new TokenImage(PxiVersion.V2, new int[] {7, 65_536, HIGH, 0xFFFFFE});
        Pixels pixels =
                row(4, 0, 2, 7, 0, 0, 0, 0, 1, 255, 255, 3, 254, 255, 255).pixels();
        assertThat(image.toPixels()).isEqualTo(pixels);
        Png png = PngCodecTest.decode(image.toPng(Map.of()));
        assertThat(TokenImage.decode(png, "in.pxi")).isEqualTo(image);
        assertThat(PxiKind.of(png)).isEqualTo(PxiKind.TOKENS);
        assertThat(image).isNotEqualTo(new TokenImage(new int[] {7, 65_535}));
        assertThat(new TokenImage(PxiVersion.V2, new int[] {7})).isNotEqualTo(new TokenImage(new int[] {7}));
        assertThat(image.facts()).containsEntry("tokens", 4).containsEntry("version", 2);
        assertThat(new TokenImage(new int[] {7}).facts()).isEqualTo(Map.of("tokens", 1));
        int[] most = IntStream.range(0, 65_535).map(i -> i * 4).toArray();
        Png largest = PngCodecTest.decode(new TokenImage(PxiVersion.V2, most).toPng(Map.of()));
        assertThat(TokenImage.decode(largest, "in.pxi").ids()).isEqualTo(most);
    }

    @Test
    void whiteIsNoTokenAndTheCountCounts() {
        for (int id : new int[] {0xFFFFFF, 1 << 24, -1}) {
            assertThatThrownBy(() -> new TokenImage(PxiVersion.V2, new int[] {id}))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        refused(PxiKind.TOKENS, row(1, 0, 2, 255, 255, 255).pixels(), "pixel 1", "white");
        refused(PxiKind.TOKENS, row(0, 0, 2, 9, 9, 9).pixels(), "found 0 tokens");
        refused(PxiKind.TOKENS, row(2, 0, 2, 9, 9, 9).pixels(), "pixel 0", "a count of 2");
        refused(PxiKind.TOKENS, row(1, 0, 2, 9, 9, 9, 9, 9, 9).pixels(), "pixel 2", "1 trailing pixels");
    }

    @Test
    void aModelOfFewIdsRefusesVersion2() throws PxiException {
        TokenImage narrow = new TokenImage(new int[] {7});
        TokenImage wide = new TokenImage(PxiVersion.V2, new int[] {7});
        for (int vocabulary : new int[] {8, 65_536}) {
            assertThatThrownBy(() -> wide.requireVocabulary(vocabulary, "in.pxi"))
                    .isInstanceOf(UnsupportedVersionException.class)
                    .hasMessageStartingWith("in.pxi: pixel 0: expected version 1 in blue, found version 2.");
            assertThatThrownBy(() -> wide.requireVersion(vocabulary, "in.pxi"))
                    .isInstanceOf(UnsupportedVersionException.class);
            narrow.requireVersion(vocabulary, "in.pxi");
        }
        narrow.requireVocabulary(65_537, "in.pxi");
        wide.requireVersion(65_537, "in.pxi");
        assertThatThrownBy(() -> narrow.requireVersion(65_537, "in.pxi"))
                .isInstanceOf(ModelMismatchException.class)
                .hasMessageContainingAll("in.pxi: pixel 0: expected version 2", "found version 1", "encode -c");
        TokenImage beyond = new TokenImage(PxiVersion.V2, new int[] {1, 70_000});
        assertThatThrownBy(() -> beyond.requireVocabulary(70_000, "in.pxi"))
                .isInstanceOf(ModelMismatchException.class)
                .hasMessageContainingAll("pixel 2", "token id 70000");
    }

    @Test
    void anOutputBeginsWithItsKind() {
        assertThat(new PredictionImage(PxiVersion.V2, List.of(A, B)).toPixels())
                .isEqualTo(picture(3, 1, 0, 2, 255, 255, 3, 0, 0, 1, 0, 0, 0, 200, 200, 200, 50, 50, 50));
        assertThat(new SequenceImage(PxiVersion.V2, List.of(C)).toPixels())
                .isEqualTo(picture(2, 2, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0));
        assertThat(new ScoresImage(PxiVersion.V2, List.of(C)).toPixels())
                .isEqualTo(picture(2, 4, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0));
        assertThat(new BeamsImage(PxiVersion.V2, List.of(List.of(C), List.of(B, A))).toPixels())
                .isEqualTo(picture(
                        3, 3, 2, 2, 7, 0, 0, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 255, 255, 3, 0,
                        0, 0, 50, 50, 50, 200, 200, 200));
    }

    @ParameterizedTest
    @MethodSource("outputs")
    void anOutputIsToldAndReadWithoutItsText(PxiImage.OfTokens image) throws Exception {
        assertThat(image.version()).isEqualTo(PxiVersion.V2);
        Png png = PngCodecTest.decode(image.toPng(Map.of()));
        assertThat(png.text().getOrDefault("Kind", "")).isEqualTo(image.kind().textName());
        Png nameless = new Png(png.pixels(), Map.of());
        assertThat(PxiKind.of(nameless)).isEqualTo(image.kind());
        assertThat(image.kind().decode(nameless, "out.pxi")).isEqualTo(image);
        assertThat(image.facts()).containsEntry("version", 2);
        Path file = folder.resolve("out.pxi");
        image.write(file, Map.of("Seed", "4"));
        assertThat(image.kind().read(file)).isEqualTo(image);
        ByteBuffer bytes = ByteBuffer.wrap(PngEncoder.encode(png.pixels(), Map.of()));
        SeenPicture seen = SeenPicture.of(PngReader.of(bytes, "out.pxi", PngLimits.PROTOCOL), PngLimits.PROTOCOL);
        assertThat(seen.kind()).isEqualTo(image.kind());
        assertThat(seen.png()).isNotNull();
        for (PxiKind other :
                List.of(PxiKind.PREDICTION, PxiKind.SEQUENCE, PxiKind.BEAMS, PxiKind.SCORES, PxiKind.TOKENS)) {
            if (other != image.kind()) {
                refused(other, nameless.pixels(), image.kind().words());
            }
        }
    }

    @Test
    void aPictureOfSomebodyElseStaysOne() throws PxiException {
        for (Pixels pixels : List.of(
                picture(1, 1, 0, 2),
                picture(1, 1, 0, 3, 0, 0, 0),
                picture(1, 5, 0, 2, 0, 0, 0),
                picture(1, 1, 1, 2, 0, 0, 0),
                picture(1, 3, 2, 2, 0, 0, 0),
                Pixels.black(3, 2))) {
            assertThat(PxiKind.of(new Png(pixels, Map.of()))).isIn(PxiKind.OTHER, PxiKind.PREDICTION);
            ByteBuffer bytes = ByteBuffer.wrap(PngEncoder.encode(pixels, Map.of()));
            SeenPicture seen = SeenPicture.of(PngReader.of(bytes, "x.pxi", PngLimits.PROTOCOL), PngLimits.PROTOCOL);
            assertThat(seen.kind()).isEqualTo(PxiKind.OTHER);
        }
    }

    @ParameterizedTest
    @MethodSource("outputs")
    void whatBreaksARuleIsRefusedByItsPlace(PxiImage.OfTokens image) {
        refused(image, p -> p.set(0, 1, 0, 1, 0), "pixel (0, 1)", "black", "(0, 1, 0)");
        refused(image, p -> p.set(1, 1, 9, 9, 8), "pixel (1, 1)", "R = G = B", "(9, 9, 8)");
        refused(image, p -> p.set(1, 0, 255, 255, 255), "pixel (1, 0)", "token", "(255, 255, 255)");
        Pixels column = Pixels.black(1, image.toPixels().height());
        System.arraycopy(image.toPixels().rgb(), 0, column.rgb(), 0, 3);
        refused(image.kind(), column, "picture", "1 to 65535 tokens");
    }

    @Test
    void predictionsFallAndNothingPredictsTheFirstOfAPrompt() {
        refused(
                new PredictionImage(PxiVersion.V2, List.of(A, B)),
                p -> p.set(2, 1, 201, 201, 201),
                "pixel (2, 1)",
                "at most 200",
                "confidence 201");
        refused(
                new ScoresImage(PxiVersion.V2, List.of(C, B)),
                p -> p.set(1, 1, 1, 1, 1),
                "pixel (1, 1)",
                "grey 0",
                "grey 1");
    }

    @Test
    void beamsAreTheirOwnLength() {
        BeamsImage beams = new BeamsImage(PxiVersion.V2, List.of(List.of(A, B, C), List.of(B)));
        refused(beams, p -> p.set(3, 2, 1, 0, 0), "pixel (3, 2)", "white above black", "1 tokens", "(1, 0, 0)");
        refused(beams, p -> p.set(1, 2, 255, 255, 255), "pixel (1, 2)", "the first token of a beam");
        refused(beams, p -> p.set(3, 3, 1, 1, 1), "pixel (3, 3)", "padding", "(1, 1, 1)");
        refused(
                beams,
                p -> {
                    p.set(3, 0, 255, 255, 255);
                    p.set(3, 1, 0, 0, 0);
                },
                "the width of its longest beam, 2");
        Prediction last = new Prediction(65_535, 255);
        assertThat(new BeamsImage(PxiVersion.V2, List.of(List.of(last))).beams())
                .containsExactly(List.of(last));
    }

    /** Two beams of version 1 may begin with the very pixels of a prediction of version 2; their name tells them. */
    @Test
    void beamsOfVersion1StayThemselves() throws PxiException {
        BeamsImage beams = new BeamsImage(List.of(
                List.of(new Prediction(1, 2), new Prediction(5, 9)),
                List.of(new Prediction(0, 0), new Prediction(5, 9))));
        Png png = PngCodecTest.decode(beams.toPng(Map.of()));
        assertThat(PxiKind.of(png)).isEqualTo(PxiKind.BEAMS);
        assertThat(BeamsImage.decode(png, "b.pxi")).isEqualTo(beams);
    }

    @Test
    void theMostBeamsAndTokensFit() throws PxiException {
        assertThat(BeamsImage.most(PxiVersion.V2)).isEqualTo(255);
        BeamsImage most = new BeamsImage(PxiVersion.V2, Collections.nCopies(255, List.of(A)));
        assertThat(BeamsImage.decode(new Png(most.toPixels(), Map.of()), "b.pxi"))
                .isEqualTo(most);
        assertThatThrownBy(() -> new BeamsImage(PxiVersion.V2, Collections.nCopies(256, List.of(A))))
                .hasMessageContaining("1 to 255");
        assertThatThrownBy(() -> new BeamsImage(PxiVersion.V2, Collections.nCopies(33, Collections.nCopies(65_535, A))))
                .hasMessageContaining("at most 4194304 pixels");
        SequenceImage longest = new SequenceImage(PxiVersion.V2, Collections.nCopies(65_535, A));
        Png png = PngCodecTest.decode(longest.toPng(Map.of()));
        assertThat(SequenceImage.decode(png, "s.pxi")).isEqualTo(longest);
    }

    @Test
    void aPredictionIsInTheVersionOfItsLogits() {
        float[] logits = new float[HIGH + 1];
        logits[HIGH] = 2;
        logits[3] = 1;
        PredictionImage wide = PredictionImage.of(logits, 2);
        assertThat(wide.version()).isEqualTo(PxiVersion.V2);
        assertThat(wide.predictions()).extracting(Prediction::id).containsExactly(HIGH, 3);
        assertThat(wide.beyond(PxiVersion.V1)).isEqualTo(HIGH);
        assertThatThrownBy(() -> wide.in(PxiVersion.V1)).isInstanceOf(IllegalArgumentException.class);
        logits[HIGH] = 0;
        PredictionImage fits = PredictionImage.of(logits, 2);
        assertThat(fits.beyond(PxiVersion.V1)).isEqualTo(-1);
        assertThat(fits.in(PxiVersion.V1)).isEqualTo(PredictionImage.of(Arrays.copyOf(logits, 65_536), 2));
        assertThat(PredictionImage.of(logits, HIGH + 1).predictions()).hasSize(PredictionImage.most(PxiVersion.V2));
        assertThat(LogitsHeatmap.of(logits).height()).isEqualTo(8192);
        assertThat(LogitsHeatmap.of(new float[PxiVersion.MAX_VOCABULARY]).height())
                .isEqualTo(16_384);
    }

    @Test
    void version1HoldsNoSuchId() {
        for (Consumer<List<Prediction>> each : List.<Consumer<List<Prediction>>>of(
                PredictionImage::new, SequenceImage::new, ScoresImage::new, row -> new BeamsImage(List.of(row)))) {
            assertThatThrownBy(() -> each.accept(List.of(new Prediction(65_536, 0))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("65536");
        }
    }

    private static void refused(PxiImage.OfTokens image, Consumer<Pixels> change, String... words) {
        Pixels pixels = image.toPixels();
        change.accept(pixels);
        refused(image.kind(), pixels, words);
    }

    private static void refused(PxiKind kind, Pixels pixels, String... words) {
        assertThatThrownBy(() -> kind.decode(new Png(pixels, Map.of()), "x.pxi"))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageStartingWith("x.pxi: ")
                .hasMessageContainingAll(words);
    }
}
