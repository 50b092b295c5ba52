package org.pixelllm.protocol.png;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every legal encoding of opaque 8-bit colours is read to the same pixels. */
class PngEncodingsTest {

    private static final int[][] SIZES = {{1, 1}, {2, 1}, {1, 3}, {5, 1}, {8, 8}, {9, 5}, {13, 17}, {33, 7}};

    static List<int[]> encodings() {
        int[][] kinds = {
            {0, 1}, {0, 2}, {0, 4}, {0, 8}, {0, 16}, {2, 8}, {2, 16}, {3, 1}, {3, 2}, {3, 4}, {3, 8}, {4, 8}, {4, 16},
            {6, 8}, {6, 16}
        };
        List<int[]> all = new ArrayList<>();
        for (int[] kind : kinds) {
            for (int interlaced = 0; interlaced < 2; interlaced++) {
                for (int filter = -1; filter < 5; filter++) {
                    all.add(new int[] {kind[0], kind[1], interlaced, filter});
                }
            }
        }
        return all;
    }

    @ParameterizedTest(name = "colour type {0}")
    @MethodSource("encodings")
    void everyEncodingIsRead(int[] encoding) throws Exception {
        int colour = encoding[0];
        int depth = encoding[1];
        Random random = new Random(colour * 100 + depth);
        for (int[] size : SIZES) {
            Pixels expected = Pixels.black(size[0], size[1]);
            byte[] palette = new byte[3 << Math.min(depth, 8)];
            random.nextBytes(palette);
            int[][][] samples = samples(expected, colour, depth, palette, random);
            PngBuilder extra = new PngBuilder().chunk("gAMA", 0, 0, 1, 0).chunk("iCCP", 'x', 0, 0);
            if (colour == 3) {
                extra.chunk("PLTE", palette).chunk("tRNS", 255, 255);
            }
            byte[] file = new PngVariants(colour, depth, encoding[2] == 1, encoding[3])
                    .encode(samples, 1 + random.nextInt(40), extra);
            assertThat(PngCodecTest.decode(file).pixels()).isEqualTo(expected);
        }
    }

    /** Fills {@code expected} and returns the samples that stand for it. */
    private static int[][][] samples(Pixels expected, int colour, int depth, byte[] palette, Random random) {
        int full = (1 << depth) - 1;
        int spread = depth == 16 ? 257 : 1;
        int[][][] samples = new int[expected.height()][expected.width()][];
        for (int y = 0; y < expected.height(); y++) {
            for (int x = 0; x < expected.width(); x++) {
                int a = random.nextInt(1 << Math.min(depth, 8));
                int b = random.nextInt(256);
                int c = random.nextInt(256);
                samples[y][x] = switch (colour) {
                    case 0, 3 -> new int[] {a * spread};
                    case 4 -> new int[] {a * spread, full};
                    case 2 -> new int[] {a * spread, b * spread, c * spread};
                    default -> new int[] {a * spread, b * spread, c * spread, full};
                };
                int grey = depth < 8 ? a * 255 / full : a;
                switch (colour) {
                    case 0, 4 -> expected.set(x, y, grey, grey, grey);
                    case 3 -> expected.set(x, y, palette[3 * a], palette[3 * a + 1], palette[3 * a + 2]);
                    default -> expected.set(x, y, a, b, c);
                }
            }
        }
        return samples;
    }

    @Test
    void theVariantsAreSoundInASecondOpinion() throws Exception {
        Pixels expected = Pixels.black(13, 17);
        int[][][] samples = samples(expected, 2, 8, new byte[0], new Random(5));
        byte[] file = new PngVariants(2, 8, true, -1).encode(samples, 100, new PngBuilder());
        var other = ImageIO.read(new ByteArrayInputStream(file));
        for (int y = 0; y < 17; y++) {
            for (int x = 0; x < 13; x++) {
                assertThat(other.getRGB(x, y) >> 16 & 0xFF).isEqualTo(expected.red(x, y));
                assertThat(other.getRGB(x, y) & 0xFF).isEqualTo(expected.blue(x, y));
            }
        }
    }

    @Test
    void aTransparentColourThatNoPixelHasIsNoFault() throws Exception {
        byte[] grey =
                PngBuilder.png(1, 1, 4, 0).chunk("tRNS", 0, 3).data(0, 0x50).end();
        assertThat(PngCodecTest.decode(grey).pixels().red(0, 0)).isEqualTo(0x55);
        byte[] rgb = PngBuilder.png(1, 1, 8, 2)
                .chunk("tRNS", 0, 1, 0, 2, 0, 4)
                .data(0, 1, 2, 3)
                .end();
        assertThat(PngCodecTest.decode(rgb).pixels().blue(0, 0)).isEqualTo(3);
    }

    @Test
    void theBitsOfAKeyAboveTheDepthDoNotCount() {
        byte[] grey = PngBuilder.png(1, 1, 4, 0)
                .chunk("tRNS", 0xFF, 0xF5)
                .data(0, 0x50)
                .end();
        assertThatThrownBy(() -> PngCodecTest.decode(grey)).hasMessageContaining("translucent");
        // a 16-bit key is compared with all 16 bits: 0x0101 is not 0x0001
        byte[] wide =
                PngBuilder.png(1, 1, 16, 0).chunk("tRNS", 0, 1).data(0, 1, 1).end();
        org.assertj.core.api.Assertions.assertThatCode(() -> PngCodecTest.decode(wide))
                .doesNotThrowAnyException();
    }

    @Test
    void anUnusedTranslucentEntryIsNoFault() throws Exception {
        byte[] file = PngBuilder.png(1, 1, 8, 3)
                .chunk("PLTE", 1, 2, 3, 4, 5, 6)
                .chunk("tRNS", 0, 255)
                .data(0, 1)
                .end();
        assertThat(PngCodecTest.decode(file).pixels().red(0, 0)).isEqualTo(4);
    }
}
