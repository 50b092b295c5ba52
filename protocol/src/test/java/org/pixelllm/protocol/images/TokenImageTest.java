package org.pixelllm.protocol.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.UnsupportedVersionException;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngBuilder;
import org.pixelllm.protocol.png.PngCodecTest;

/** One test for each rule of the token image. */
class TokenImageTest {

    /** A picture one pixel high from samples R, G, B, R, G, B … */
    static Png row(int... samples) {
        return new Png(new Pixels(samples.length / 3, 1, PngBuilder.bytes(samples)), Map.of());
    }

    private static void assertRefused(Png png, Class<? extends PxiException> kind, String... words) {
        assertThatThrownBy(() -> TokenImage.decode(png, "in.pxi"))
                .isInstanceOf(kind)
                .hasMessageStartingWith("in.pxi: ")
                .hasMessageContainingAll(words);
    }

    @Test
    void theDocumentsExample() throws Exception {
        Png png = row(4, 0, 1, 112, 0, 0, 120, 0, 0, 79, 0, 0, 83, 0, 0);
        TokenImage image = TokenImage.decode(png, "in.pxi");
        assertThat(image.ids()).containsExactly(112, 120, 79, 83);
        assertThat(image).isEqualTo(new TokenImage(CharacterTokens.encode("pxOS")));
        assertThat(image.toPixels()).isEqualTo(png.pixels());
    }

    @Test
    void theMostTokensAndTheHighestIdFit() throws Exception {
        int[] ids = IntStream.rangeClosed(1, 65_535).toArray();
        Png png = PngCodecTest.decode(new TokenImage(ids).toPng(Map.of()));
        assertThat(TokenImage.decode(png, "in.pxi").ids()).isEqualTo(ids);
    }

    @Test
    void moreTokensOrHigherIdsDoNotFit() {
        assertThatThrownBy(() -> new TokenImage(new int[65_536]))
                .isInstanceOf(TooManyTokensException.class)
                .hasMessageContaining("65536");
        for (int[] ids : new int[][] {{}, {65_536}, {1 << 24}, {-1}}) {
            assertThatThrownBy(() -> new TokenImage(ids)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void nobodyChangesTheIds() {
        int[] ids = {1, 2};
        TokenImage image = new TokenImage(ids);
        ids[0] = 9;
        image.ids()[1] = 9;
        assertThat(image.ids()).containsExactly(1, 2);
    }

    @Test
    void otherVersionsAreTold() {
        assertRefused(
                row(1, 0, 3, 65, 0, 0), UnsupportedVersionException.class, "pixel 0", "version 1 or 2", "version 3");
        assertRefused(row(1, 0, 0, 65, 0, 0), UnsupportedVersionException.class, "version 0");
        assertRefused(row(9, 0, 3, 65, 0, 0), UnsupportedVersionException.class, "version 3");
        // 255 in blue and one pixel: the count fits, so it is a version, whatever a prediction would look like
        assertRefused(row(1, 0, 254, 65, 0, 0), UnsupportedVersionException.class, "version 254");
    }

    @Test
    void theCountMustBeThatOfThePixels() {
        assertRefused(row(0, 0, 1), InvalidContentException.class, "pixel 0", "found 0 tokens");
        assertRefused(row(0, 0, 1, 65, 0, 0), InvalidContentException.class, "found 0 tokens");
        assertRefused(row(2, 0, 1, 65, 0, 0), InvalidContentException.class, "pixel 0", "a count of 2");
        assertRefused(row(1, 1, 1, 65, 0, 0), InvalidContentException.class, "a count of 257");
        assertRefused(row(1, 0, 1, 65, 0, 0, 0, 0, 0), InvalidContentException.class, "pixel 2", "1 trailing pixels");
    }

    @Test
    void blueIsZeroInEveryToken() {
        assertRefused(row(2, 0, 1, 65, 0, 0, 66, 0, 3), InvalidContentException.class, "pixel 2", "blue 3");
    }

    @Test
    void otherPicturesAreNamed() {
        assertRefused(new Png(Pixels.black(640, 480), Map.of()), InvalidContentException.class, "a 640 x 480 picture");
        Png heatmap =
                new Png(LogitsHeatmap.of(new float[] {1, 2, 3, 4}).toPixels().scaled(1), Map.of());
        assertRefused(heatmap, UnsupportedVersionException.class, "version 0");
        Png tall = new Png(LogitsHeatmap.of(new float[1024]).toPixels(), Map.of());
        assertRefused(tall, InvalidContentException.class, "a heat map (32 x 32)");
        Png prediction = row(32, 0, 73, 101, 0, 45, 116, 0, 45, 10, 0, 45, 115, 0, 44);
        assertRefused(prediction, InvalidContentException.class, "a prediction (5 x 1)");
    }

    @Test
    void aModelMustKnowEveryId() throws Exception {
        TokenImage image = new TokenImage(new int[] {3, 1024, 5});
        image.requireVocabulary(1025, "in.pxi");
        assertThatThrownBy(() -> image.requireVocabulary(1024, "in.pxi"))
                .isInstanceOf(ModelMismatchException.class)
                .hasMessageStartingWith("in.pxi: pixel 2")
                .hasMessageContaining("1024, the model's vocabulary")
                .hasMessageContaining("token id 1024");
    }
}
