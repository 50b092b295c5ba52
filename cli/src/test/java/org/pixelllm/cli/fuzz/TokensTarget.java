package org.pixelllm.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.BeamsImage;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.PxiImage;
import org.pixelllm.protocol.images.PxiKind;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngDecoder;
import org.pixelllm.protocol.png.PngLimits;

/**
 * Token images and their kin, by their pixels: a byte for the name in the text, one for the rows, then R, G and B. Each kind
 * reads them or refuses them with a {@link PxiException}; what it reads is written as it was, and read again.
 */
final class TokensTarget implements FuzzTarget {

    private static final String FILE = "input.pxi";

    @Override
    public List<byte[]> seeds() {
        return List.of(
                bytes(PxiKind.OTHER, new TokenImage(new int[] {112, 120, 79, 83}).toPixels()),
                bytes(
                        PxiKind.OTHER,
                        PredictionImage.of(new float[] {1, 2, 3, 2.5f}, 3).toPixels()),
                bytes(PxiKind.OTHER, new TokenImage(PxiVersion.V2, new int[] {7, 262_143}).toPixels()),
                bytes(
                        PxiKind.OTHER,
                        new PredictionImage(PxiVersion.V2, List.of(new Prediction(262_143, 200), new Prediction(7, 9)))
                                .toPixels()),
                bytes(
                        PxiKind.BEAMS,
                        new BeamsImage(
                                        PxiVersion.V2,
                                        List.of(
                                                List.of(new Prediction(7, 9)),
                                                Collections.nCopies(2, new Prediction(8, 8))))
                                .toPixels()),
                bytes(PxiKind.SEQUENCE, new TokenImage(new int[] {1, 2, 3}).toPixels()),
                bytes(PxiKind.BEAMS, Pixels.black(2, 2)),
                bytes(PxiKind.ATTENTION, Pixels.black(3, 3)),
                bytes(PxiKind.ACTIVATIONS, Pixels.black(4, 2)));
    }

    private static byte[] bytes(PxiKind kind, Pixels pixels) {
        return ByteBuffer.allocate(2 + pixels.rgb().length)
                .put((byte) kind.ordinal())
                .put((byte) (pixels.height() - 1))
                .put(pixels.rgb())
                .array();
    }

    @Override
    public boolean accepts(byte[] input, Path folder) throws PxiException {
        if (input.length < 5) {
            return false;
        }
        int rows = 1 + (input[1] & 0xFF);
        int width = (input.length - 2) / 3 / rows;
        if (width == 0) {
            return false;
        }
        PxiKind named = PxiKind.values()[(input[0] & 0xFF) % PxiKind.values().length];
        Pixels pixels = new Pixels(width, rows, Arrays.copyOfRange(input, 2, 2 + 3 * width * rows));
        Png png = new Png(pixels, named.textName().isEmpty() ? Map.of() : Map.of(PxiKind.KEYWORD, named.textName()));
        PxiKind judged = PxiKind.of(png);
        boolean accepted = false;
        for (PxiKind kind : PxiKind.values()) {
            PxiImage image;
            try {
                image = kind.decode(png, FILE);
            } catch (PxiException e) {
                assertThat(e).hasMessageStartingWith(FILE + ": ").hasMessageContaining(": expected ");
                continue;
            }
            accepted |= kind == judged;
            assertThat(image.kind()).isEqualTo(kind);
            assertThat(image.toPixels()).isEqualTo(pixels);
            ByteBuffer again = ByteBuffer.wrap(image.toPng(Map.of()));
            Png read = PngDecoder.decode(again, FILE, PngLimits.PROTOCOL);
            if (!kind.textName().isEmpty()) {
                assertThat(kind.decode(read, FILE).toPixels()).isEqualTo(pixels);
            }
        }
        return accepted;
    }
}
