package org.pixelllm.protocol.png;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.TokenImage;

/** What the encoder writes, and that the decoder and a second opinion read it. */
public class PngCodecTest {

    public static Png decode(byte[] file) throws PxiException {
        return PngDecoder.decode(ByteBuffer.wrap(file), "test.pxi", PngLimits.PROTOCOL);
    }

    public static Pixels random(int width, int height, long seed) {
        Pixels pixels = Pixels.black(width, height);
        new Random(seed).nextBytes(pixels.rgb());
        return pixels;
    }

    @ParameterizedTest
    @CsvSource({"1,1", "5,1", "1,7", "1364,1", "1365,1", "32,32", "300,200", "30000,3", "3,30000"})
    void whatIsWrittenIsRead(int width, int height) throws Exception {
        Pixels pixels = random(width, height, width);
        byte[] file = PngEncoder.encode(pixels, Map.of());
        assertThat(decode(file).pixels()).isEqualTo(pixels);
        BufferedImage other = ImageIO.read(new ByteArrayInputStream(file));
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = pixels.red(x, y) << 16 | pixels.green(x, y) << 8 | pixels.blue(x, y);
                assertThat(other.getRGB(x, y) & 0xFFFFFF).isEqualTo(rgb);
            }
        }
    }

    @Test
    void aSmallPictureIsTheSameFileEverywhere() {
        byte[] file = new TokenImage(new int[] {112, 120, 79, 83}).toPng(Map.of());
        assertThat(HexFormat.of().formatHex(file))
                .isEqualTo(
                        "89504e470d0a1a0a" // signature
                                + "0000000d4948445200000005000000010802000000999cf3a4" // IHDR 5 x 1, RGB
                                + "0000001b49444154" + "7801" // IDAT of 27 bytes, zlib
                                + "011000efff" // one stored block of 16 bytes
                                + "00" + "040001" + "700000" + "780000" + "4f0000" + "530000" // the row
                                + "0ca40190" + "fa261105" // Adler-32, CRC
                                + "0000000049454e44ae426082"); // IEND
    }

    @Test
    void aPlainLargePictureIsSmall() {
        assertThat(PngEncoder.encode(Pixels.black(1000, 1000), Map.of())).hasSizeLessThan(10_000);
    }

    @Test
    void textKeepsItsOrderAndItsFirstValue() throws Exception {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("zeta", "1");
        text.put("alpha", "\u00E9\u4E2D\0");
        text.put("Ünïcode", "");
        Png png = decode(PngEncoder.encode(Pixels.black(1, 1), text));
        assertThat(png.text().keySet()).containsExactly("zeta", "alpha", "Ünïcode");
        assertThat(png.text()).containsEntry("alpha", "\u00E9\\u4E2D\\u0000").containsEntry("Ünïcode", "");

        byte[] twice = PngBuilder.png(1, 1, 8, 0)
                .chunk("tEXt", 'a', 0, '1')
                .chunk("tEXt", 'a', 0, '2')
                .data(0, 0)
                .end();
        assertThat(decode(twice).text()).containsExactly(Map.entry("a", "1"));
    }

    @Test
    void badTextIsRefusedBeforeItIsWritten() {
        Pixels dot = Pixels.black(1, 1);
        for (String keyword : new String[] {"", "x".repeat(80), "a\0b", "\u4E2D"}) {
            assertThatThrownBy(() -> PngEncoder.encode(dot, Map.of(keyword, "v")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("keyword");
        }
        String novel = "x".repeat(PngChunks.MAX_TEXT_BYTES);
        assertThatThrownBy(() -> PngEncoder.encode(dot, Map.of("a", novel)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bytes of text");
        assertThat(PngEncoder.encode(dot, Map.of("x".repeat(79), "v"))).isNotEmpty();
    }

    @Test
    void theCallersBufferStaysAsItWas() throws Exception {
        byte[] file = PngEncoder.encode(random(5, 1, 1), Map.of("a", "b"));
        ByteBuffer direct = ByteBuffer.allocateDirect(file.length + 20).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        direct.position(7).put(7, file).limit(7 + file.length);
        Png png = PngDecoder.decode(direct, "test.pxi", PngLimits.PROTOCOL);
        assertThat(png).isEqualTo(decode(file));
        assertThat(direct.position()).isEqualTo(7);
        assertThat(direct.limit()).isEqualTo(7 + file.length);
        assertThat(PngDecoder.decode(ByteBuffer.wrap(file).asReadOnlyBuffer(), "x", PngLimits.PROTOCOL))
                .isEqualTo(png);
    }

    @Test
    void everyLimitHoldsExactly() throws Exception {
        byte[] file = PngEncoder.encode(Pixels.black(6, 4), Map.of());
        ByteBuffer bytes = ByteBuffer.wrap(file);
        assertThat(PngDecoder.decode(bytes, "x", new PngLimits(6, 4, 24)).pixels())
                .isEqualTo(Pixels.black(6, 4));
        for (PngLimits tight :
                new PngLimits[] {new PngLimits(5, 4, 24), new PngLimits(6, 3, 24), new PngLimits(6, 4, 23)}) {
            assertThatThrownBy(() -> PngDecoder.decode(bytes, "x", tight))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("6 x 4");
        }
        assertThatThrownBy(() -> new PngLimits(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PngLimits(1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRowTooLongForAnArrayIsRefused() {
        byte[] file = PngBuilder.png(200_000_000, 1, 16, 6).data(0).end();
        assertThatThrownBy(() -> PngDecoder.decode(ByteBuffer.wrap(file), "x", PngLimits.LARGEST))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("rows of 1600000000 bytes");
    }

    @Test
    void aTextAtTheLimitIsRead() throws Exception {
        String most = "x".repeat(PngChunks.MAX_TEXT_BYTES - 2);
        assertThat(decode(PngEncoder.encode(Pixels.black(1, 1), Map.of("a", most)))
                        .text())
                .containsEntry("a", most);
    }

    @Test
    void aPictureIsEnlargedSquareBySquare() {
        Pixels small = random(3, 2, 9);
        Pixels large = small.scaled(4);
        assertThat(large.width()).isEqualTo(12);
        assertThat(large.height()).isEqualTo(8);
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 12; x++) {
                assertThat(large.red(x, y)).isEqualTo(small.red(x / 4, y / 4));
                assertThat(large.green(x, y)).isEqualTo(small.green(x / 4, y / 4));
                assertThat(large.blue(x, y)).isEqualTo(small.blue(x / 4, y / 4));
            }
        }
        assertThat(small.scaled(1)).isEqualTo(small);
        assertThatThrownBy(() -> small.scaled(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> small.scaled(40_000)).isInstanceOf(IllegalArgumentException.class);
    }
}
