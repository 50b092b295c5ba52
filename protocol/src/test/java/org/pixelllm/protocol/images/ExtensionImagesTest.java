package org.pixelllm.protocol.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngCodecTest;

/** One test for each rule of the sequence, the beams and the scores. */
class ExtensionImagesTest {

    private static final Prediction A = new Prediction(97, 255);
    private static final Prediction B = new Prediction(513, 3);
    private static final Prediction FIRST = new Prediction(7, 0);

    private static Png nameless(Png png) {
        return new Png(png.pixels(), Map.of());
    }

    private static Png read(byte[] file) throws PxiException {
        return PngCodecTest.decode(file);
    }

    @Test
    void aSequenceIsARowOfIdsAndConfidences() throws PxiException {
        SequenceImage image = new SequenceImage(List.of(A, B));
        Png png = read(image.toPng(Map.of("Seed", "4")));
        assertThat(png.pixels())
                .isEqualTo(TokenImageTest.row(97, 0, 255, 1, 2, 3).pixels());
        assertThat(png.text()).containsExactly(Map.entry("Kind", "output_sequence"), Map.entry("Seed", "4"));
        assertThat(SequenceImage.decode(png, "s.pxi")).isEqualTo(image);
        assertThat(SequenceImage.decode(nameless(png), "s.pxi")).isEqualTo(image);
        assertThat(image.ids()).containsExactly(97, 513);
    }

    @Test
    void theFirstTokenOfAPromptHasNoScore() throws PxiException {
        ScoresImage image = new ScoresImage(List.of(FIRST, B));
        Png png = read(image.toPng(Map.of()));
        assertThat(png.pixels()).isEqualTo(TokenImageTest.row(7, 0, 0, 1, 2, 3).pixels());
        assertThat(ScoresImage.decode(nameless(png), "p.pxi")).isEqualTo(image);
        assertThatThrownBy(() -> ScoresImage.decode(TokenImageTest.row(7, 0, 9), "p.pxi"))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageStartingWith("p.pxi: pixel 0")
                .hasMessageContaining("blue 9");
        assertThatThrownBy(() -> new ScoresImage(List.of(B))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shorterBeamsEndInWhite() throws PxiException {
        BeamsImage image = new BeamsImage(List.of(List.of(A), List.of(B, A, B)));
        Png png = read(image.toPng(Map.of()));
        Pixels expected = new Pixels(3, 2, new byte[] {97, 0, -1, -1, -1, -1, -1, -1, -1, 1, 2, 3, 97, 0, -1, 1, 2, 3});
        assertThat(png.pixels()).isEqualTo(expected);
        assertThat(BeamsImage.decode(png, "b.pxi")).isEqualTo(image);
        assertThat(BeamsImage.decode(nameless(png), "b.pxi")).isEqualTo(image);
    }

    @Test
    void theLastIdIsNeverMistakenForPadding() throws PxiException {
        Prediction last = new Prediction(65_535, 255);
        BeamsImage image = new BeamsImage(List.of(List.of(A, last), List.of(last)));
        List<List<Prediction>> beams =
                BeamsImage.decode(read(image.toPng(Map.of())), "b.pxi").beams();
        assertThat(beams)
                .containsExactly(List.of(A, new Prediction(65_535, 254)), List.of(new Prediction(65_535, 254)));
    }

    @Test
    void beamsThatAreNotRowsWithPaddingAreRefused() {
        byte[] white = {-1, -1, -1};
        refusesBeams(pixels(2, 1, white, A), "pixel (1, 0)", "padding after a beam's 0 tokens", "token 97");
        refusesBeams(pixels(3, 1, A, white, B), "pixel (2, 0)", "a beam's 1 tokens", "token 513");
        refusesBeams(pixels(1, 2, A, white), "pixel (0, 1)", "the first token", "white");
        refusesBeams(pixels(2, 2, A, white, B, white), "picture", "longest beam, 1", "a width of 2");
        refusesBeams(Pixels.black(1, 257), "picture", "1 to 256 pixels high", "257");
        refusesBeams(Pixels.black(65_536, 1), "picture", "at most 65535 tokens", "65536");
        refusesBeams(Pixels.black(65_535, 65), "picture", "at most 4194304 pixels", "65535 x 65");
    }

    private static Pixels pixels(int width, int height, Object... each) {
        Pixels pixels = Pixels.black(width, height);
        for (int i = 0; i < each.length; i++) {
            Prediction token = each[i] instanceof Prediction p ? p : new Prediction(65_535, 255);
            token.write(pixels, i % width, i / width);
        }
        return pixels;
    }

    private static void refusesBeams(Pixels pixels, String... words) {
        assertThatThrownBy(() -> BeamsImage.decode(new Png(pixels, Map.of()), "b.pxi"))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageStartingWith("b.pxi: ")
                .hasMessageContainingAll(words);
    }

    @Test
    void rowsOfTheWrongSizeAreRefused() {
        for (PxiKind kind : List.of(PxiKind.SEQUENCE, PxiKind.SCORES)) {
            for (Pixels pixels : List.of(Pixels.black(2, 2), Pixels.black(65_536, 1))) {
                assertThatThrownBy(() -> kind.decode(new Png(pixels, Map.of()), "x.pxi"))
                        .isInstanceOf(InvalidContentException.class)
                        .hasMessageContaining("x.pxi: picture: expected ")
                        .hasMessageContaining(pixels.width() + " x " + pixels.height());
            }
        }
    }

    @Test
    void aTokenImageIsNoSequence() {
        Png tokens = new Png(new TokenImage(new int[] {1, 2, 3}).toPixels(), Map.of());
        assertThatThrownBy(() -> SequenceImage.decode(tokens, "s.pxi")).hasMessageContaining("a token image (4 x 1)");
        assertThatThrownBy(() -> ScoresImage.decode(tokens, "s.pxi")).hasMessageContaining("a token image (4 x 1)");
    }

    /** {@code generate} wrote it: 33 tokens, the first of which is 32 with confidence 1, all others of confidence 0. */
    @Test
    void aSequenceThatLooksLikeTokensIsWhatItSaysItIs() throws Exception {
        Path file = Path.of(Objects.requireNonNull(getClass().getResource("/sequence-like-tokens.pxi"))
                .toURI());
        SequenceImage image = SequenceImage.read(file);
        assertThat(image.tokens()).hasSize(33).startsWith(new Prediction(32, 1), new Prediction(39, 0));
        Png png = read(image.toPng(Map.of()));
        assertThat(PxiKind.of(png)).isEqualTo(PxiKind.SEQUENCE);
        assertThat(PxiKind.of(nameless(png))).isEqualTo(PxiKind.TOKENS);
        assertThatThrownBy(() -> SequenceImage.decode(nameless(png), "s.pxi"))
                .hasMessageContaining("a token image (33 x 1)");
        Png claimed = PxiKind.SEQUENCE.claim(nameless(png));
        assertThat(SequenceImage.decode(claimed, "s.pxi")).isEqualTo(image);
    }

    @Test
    void whatIsTooLargeOrEmptyIsNotMade() {
        List<Prediction> long1 = Collections.nCopies(65_536, A);
        assertThatThrownBy(() -> new SequenceImage(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SequenceImage(long1)).isInstanceOf(TooManyTokensException.class);
        assertThatThrownBy(() -> new BeamsImage(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BeamsImage(List.of(List.of()))).isInstanceOf(IllegalArgumentException.class);
        List<List<Prediction>> many = new ArrayList<>(Collections.nCopies(257, List.of(A)));
        assertThatThrownBy(() -> new BeamsImage(many)).hasMessageContaining("257 beams");
        assertThatThrownBy(() -> new BeamsImage(Collections.nCopies(65, Collections.nCopies(65_535, A))))
                .hasMessageContaining("65 beams of up to 65535 tokens");
    }
}
