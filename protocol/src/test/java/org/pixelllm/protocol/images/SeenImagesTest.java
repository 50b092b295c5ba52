package org.pixelllm.protocol.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngCodecTest;

/** One test for each rule of attention maps, activations and views. */
class SeenImagesTest {

    private static final AttentionImage MAP = new AttentionImage(0, 0, 2, 2, new byte[] {-1, 0, 100, (byte) 154});

    private static Png read(byte[] file) throws PxiException {
        return PngCodecTest.decode(file);
    }

    private static Png grey(int width, int... values) {
        Pixels pixels = Pixels.black(width, values.length / width);
        for (int i = 0; i < values.length; i++) {
            pixels.set(i % width, i / width, values[i], values[i], values[i]);
        }
        return new Png(pixels, Map.of());
    }

    @Test
    void aWeightIsTheFloorOf255TimesIt() {
        assertThat(List.of(0.0, 1.0, 0.5, 0.999, 1 / 255.0, 0.0039))
                .extracting(AttentionImage::grey)
                .containsExactly(0, 255, 127, 254, 1, 0);
        for (double bad : new double[] {Double.NaN, -1e-9, 1.0000001, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> AttentionImage.grey(bad)).hasMessageContaining("attention weight");
        }
    }

    @Test
    void aMapIsReadAsItWasWritten() throws PxiException {
        Png png = read(MAP.toPng(Map.of("Layer", "1")));
        assertThat(png.pixels()).isEqualTo(grey(2, 255, 0, 100, 154).pixels());
        assertThat(png.text()).containsExactly(Map.entry("Kind", "attention"), Map.entry("Layer", "1"));
        assertThat(AttentionImage.decode(png, "a.pxi")).isEqualTo(MAP);
        assertThat(AttentionImage.decode(new Png(png.pixels(), Map.of()), "a.pxi"))
                .isEqualTo(MAP);
        assertThat(MAP.value(1, 1)).isEqualTo(154);
    }

    @Test
    void aTileSaysWhereItBegins() throws PxiException {
        AttentionImage tile = new AttentionImage(2048, 0, 1, 3, new byte[] {1, 2, 3});
        Png png = read(tile.toPng(Map.of()));
        assertThat(png.text()).containsEntry("Tile", "2048,0");
        assertThat(AttentionImage.decode(png, "a.pxi")).isEqualTo(tile);
        for (String place : List.of("2048", "-1,0", "1,2,3", "99999999,0", "")) {
            assertThatThrownBy(() -> AttentionImage.decode(new Png(png.pixels(), Map.of("Tile", place)), "a.pxi"))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("text entry Tile");
        }
    }

    @Test
    void whatIsNoMapIsRefused() {
        refusesMap(grey(2, 255, 1, 100, 154), "pixel (1, 0)", "no token looks ahead", "grey 1");
        refusesMap(grey(2, 255, 0, 102, 154), "row 1", "sum to at most 255", "256");
        refusesMap(grey(2, 255, 0), "picture", "as high as wide", "2 x 1");
        refusesMap(new Png(new Pixels(1, 1, new byte[] {1, 1, 2}), Map.of()), "pixel (0, 0)", "(1, 1, 2)");
        refusesMap(new Png(Pixels.black(2049, 2049), Map.of()), "picture", "2048");
        refusesMap(new Png(Pixels.black(2, 2), Map.of("Kind", "view")), "a view for eyes (2 x 2)");
        assertThatThrownBy(() -> new AttentionImage(0, 0, 2, 2, new byte[3]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AttentionImage(0, 0, 2049, 1, new byte[2049]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void refusesMap(Png png, String... words) {
        assertThatThrownBy(() -> AttentionImage.decode(png, "a.pxi"))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageStartingWith("a.pxi: ")
                .hasMessageContainingAll(words);
    }

    @Test
    void activationsKeepEveryBit() throws PxiException {
        float[] values = {
            0,
            -0.0f,
            1,
            -1.5f,
            Float.MIN_VALUE,
            Float.MAX_VALUE,
            Float.NEGATIVE_INFINITY,
            Float.intBitsToFloat(0x7FC12345)
        };
        ActivationsImage image = new ActivationsImage(2, 4, values);
        Png png = read(image.toPng(Map.of()));
        assertThat(png.pixels().width()).isEqualTo(8);
        assertThat(png.pixels().height()).isEqualTo(2);
        ActivationsImage again = ActivationsImage.decode(png, "v.pxi");
        assertThat(again).isEqualTo(image);
        for (int i = 0; i < values.length; i++) {
            assertThat(Float.floatToRawIntBits(again.values()[i])).isEqualTo(Float.floatToRawIntBits(values[i]));
        }
        assertThat(ActivationsImage.decode(new Png(png.pixels(), Map.of()), "v.pxi"))
                .isEqualTo(image);
        assertThat(new ActivationsImage(1, 1, new float[] {0}))
                .isNotEqualTo(new ActivationsImage(1, 1, new float[] {-0.0f}));
    }

    /** 1.0 is 0x3F800000, −2.5 is 0xC0200000. */
    @Test
    void aValueIsTwoPixels() {
        Pixels expected = new Pixels(4, 1, new byte[] {0, 0, -128, 0x3F, 0, 0, 0, 0, 0x20, -64, 0, 0});
        assertThat(new ActivationsImage(1, 2, new float[] {1, -2.5f}).toPixels())
                .isEqualTo(expected);
    }

    @Test
    void whatIsNoActivationsIsRefused() {
        refusesValues(new Png(Pixels.black(3, 1), Map.of()), "picture", "two pixels for each value", "3 x 1");
        refusesValues(new Png(Pixels.black(1, 1), Map.of()), "picture", "1 x 1");
        refusesValues(new Png(Pixels.black(2, 1), Map.of("Kind", "attention")), "an attention map (2 x 1)");
        Pixels pixels = Pixels.black(2, 1);
        pixels.set(1, 0, 0x3F, 0, 7);
        refusesValues(new Png(pixels, Map.of()), "pixel (1, 0)", "second pixel of a value", "blue 7");
        refusesValues(new Png(Pixels.black(65_536, 257), Map.of()), "at most 8388608 values");
        assertThatThrownBy(() -> new ActivationsImage(1, 32_769, new float[32_769]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(ActivationsImage.mostRows(4096)).isEqualTo(2048);
        assertThat(ActivationsImage.mostRows(1)).isEqualTo(65_536);
    }

    private static void refusesValues(Png png, String... words) {
        assertThatThrownBy(() -> ActivationsImage.decode(png, "v.pxi"))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageStartingWith("v.pxi: ")
                .hasMessageContainingAll(words);
    }

    @Test
    void aViewIsNamedWhateverItsText() throws PxiException {
        assertThat(PxiKind.of(read(PictureImage.view(Pixels.black(2, 2)).toPng(Map.of("Kind", "attention")))))
                .isEqualTo(PxiKind.VIEW);
    }
}
