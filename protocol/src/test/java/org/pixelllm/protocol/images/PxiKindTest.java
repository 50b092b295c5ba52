package org.pixelllm.protocol.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngCodecTest;
import org.pixelllm.protocol.png.PngEncoder;

/** The table of kinds: every row has its own names, and its decoder makes images of its kind. */
class PxiKindTest {

    /** Pixels that are sound as some kind; every kind reads at least one of them. */
    private static final List<Pixels> PICTURES = List.of(
            new TokenImage(new int[] {1, 2}).toPixels(),
            PredictionImage.of(new float[] {1, 2, 3}, 3).toPixels(),
            LogitsHeatmap.of(new float[40]).toPixels(),
            Pixels.black(1, 1),
            Pixels.black(2, 2));

    @TempDir
    private Path folder;

    @Test
    void everyKindHasWordsOfItsOwn() {
        assertThat(PxiKind.values())
                .extracting(PxiKind::words)
                .doesNotHaveDuplicates()
                .doesNotContain("");
        assertThat(names(PxiKind::textName)).doesNotHaveDuplicates().hasSizeGreaterThan(5);
        assertThat(names(PxiKind::word)).doesNotHaveDuplicates().hasSizeGreaterThan(7);
    }

    private static Stream<String> names(Function<PxiKind, String> name) {
        return Arrays.stream(PxiKind.values()).map(name).filter(Predicate.not(String::isEmpty));
    }

    @ParameterizedTest
    @EnumSource
    void whatAKindDecodesIsOfThatKindAndIsWrittenAsItWas(PxiKind kind) throws IOException {
        int read = 0;
        for (Pixels picture : PICTURES) {
            PxiImage image;
            try {
                image = kind.decode(new Png(picture, Map.of()), "x.pxi");
            } catch (PxiException e) {
                assertThat(e).hasMessageStartingWith("x.pxi: ");
                continue;
            }
            read++;
            assertThat(image.kind()).isEqualTo(kind);
            assertThat(image.toPixels()).isEqualTo(picture);
            Path file = folder.resolve("image.pxi");
            image.write(file, Map.of("Seed", "4"));
            assertThat(kind.read(file)).isEqualTo(image);
            Png png = kind.open(file);
            assertThat(png.text().getOrDefault("Kind", "")).isEqualTo(kind.textName());
            assertThat(png.text()).containsEntry("Seed", "4");
            assertThat(PxiKind.of(png))
                    .satisfies(
                            found -> assertThat(found == kind || kind.textName().isEmpty())
                                    .isTrue());
        }
        assertThat(read).isPositive();
    }

    /** Whatever its pixels are, a picture whose text names a kind is no image of another kind. */
    @ParameterizedTest
    @EnumSource
    void aKindThatTheTextNamesIsNoOther(PxiKind kind) throws PxiException {
        if (kind.textName().isEmpty()) {
            return;
        }
        Png png = PngCodecTest.decode(PngEncoder.encode(Pixels.black(32, 1), Map.of("Kind", kind.textName())));
        assertThat(PxiKind.of(png)).isEqualTo(kind);
        assertThat(PxiKind.describe(png)).isEqualTo(kind.words() + " (32 x 1)");
        for (PxiKind other : PxiKind.values()) {
            if (other != kind && other != PxiKind.VIEW && other != PxiKind.OTHER) {
                assertThatThrownBy(() -> other.decode(png, "x.pxi"))
                        .as("%s as %s", kind, other)
                        .isInstanceOf(PxiException.class)
                        .hasMessageContaining(PxiKind.describe(png));
            }
        }
    }

    @Test
    void aNameThatNobodyKnowsSaysNothing() {
        Png png = new Png(LogitsHeatmap.of(new float[40]).toPixels(), Map.of("Kind", "unheard of"));
        assertThat(PxiKind.of(png)).isEqualTo(PxiKind.HEATMAP);
    }

    @Test
    void withoutItsNameASequenceIsWhatItLooksLike() {
        Pixels pixels = new SequenceImage(List.of(new Prediction(97, 255))).toPixels();
        assertThat(PxiKind.of(new Png(pixels, Map.of()))).isEqualTo(PxiKind.PREDICTION);
    }
}
