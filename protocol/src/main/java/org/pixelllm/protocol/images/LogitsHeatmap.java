package org.pixelllm.protocol.images;

import java.nio.file.Path;
import java.util.Arrays;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngLimits;

/**
 * The second output of the protocol, {@code logits_heatmap.pxi}: every logit as a grey cell, the lowest black and the
 * highest white, row by row.
 *
 * @param width cells in a row
 * @param height rows
 * @param grey 0 to 255 as bytes, row by row; copied in and out, of a size within {@link PngLimits#PROTOCOL} // [height, width]
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode go by content
public record LogitsHeatmap(int width, int height, byte[] grey) implements PxiImage.OfGreys {

    /** The width that this writer uses. Readers take any. */
    public static final int WIDTH = 32;

    /** The grey of every logit where all are equal. */
    public static final int FLAT = 128;

    public LogitsHeatmap {
        if (width < 1 || height < 1 || grey.length != (long) width * height) {
            throw new IllegalArgumentException(
                    "a " + width + " x " + height + " heat map needs a byte for each cell, not " + grey.length);
        }
        if (!PngLimits.PROTOCOL.hold(width, height)) {
            throw new IllegalArgumentException("a " + width + " x " + height + " heat map is larger than readers take");
        }
        grey = grey.clone();
    }

    /**
     * Draws logits, {@value #WIDTH} in a row; cells after the last logit are black.
     *
     * @param logits one for each id, 1 to {@link PxiVersion#MAX_VOCABULARY} of them, each finite
     */
    public static LogitsHeatmap of(float[] logits) {
        Logits.require(logits);
        float min = logits[0];
        float max = logits[0];
        for (float logit : logits) {
            min = Math.min(min, logit);
            max = Math.max(max, logit);
        }
        int height = (logits.length + WIDTH - 1) / WIDTH;
        byte[] grey = new byte[WIDTH * height];
        for (int i = 0; i < logits.length; i++) {
            grey[i] = (byte) shade(logits[i], min, max);
        }
        return new LogitsHeatmap(WIDTH, height, grey);
    }

    private static int shade(double logit, double min, double max) {
        if (min == max) {
            return FLAT;
        }
        // Rounding may leave 255 * span / span a hair below 255; the highest logit is white all the same.
        return logit == max ? 255 : (int) Math.floor(255 * (logit - min) / (max - min));
    }

    /** Reads a heat map from a file. */
    public static LogitsHeatmap read(Path file) throws PxiException {
        return decode(PxiKind.HEATMAP.open(file), file.toString());
    }

    /**
     * Reads the cells off a picture of any size.
     *
     * @param file the name that messages begin with
     * @throws InvalidContentException a pixel is not grey, or the picture says that it is something else
     */
    public static LogitsHeatmap decode(Png png, String file) throws PxiException {
        Pixels pixels = png.pixels();
        if (PxiKind.HEATMAP.isDeniedBy(png)) {
            throw new InvalidContentException(new Fault(
                    file,
                    "picture",
                    "a heat map",
                    PxiKind.describe(png),
                    "Is this the logits_heatmap.pxi that you meant?"));
        }
        int coloured = firstColoured(pixels.rgb());
        if (coloured >= 0) {
            int x = coloured % pixels.width();
            int y = coloured / pixels.width();
            throw new InvalidContentException(new Fault(
                    file,
                    Pixels.place(x, y),
                    "a grey pixel of a heat map (R = G = B)",
                    "(" + pixels.red(x, y) + ", " + pixels.green(x, y) + ", " + pixels.blue(x, y) + ") in "
                            + PxiKind.describe(png),
                    "Is this the logits_heatmap.pxi that you meant? Make it again with `pixel-llm`."));
        }
        byte[] grey = new byte[pixels.width() * pixels.height()];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = pixels.rgb()[3 * i];
        }
        return new LogitsHeatmap(pixels.width(), pixels.height(), grey);
    }

    /** The index of the first pixel whose samples differ, or -1. */
    private static int firstColoured(byte[] rgb) {
        for (int i = 0; i < rgb.length; i += 3) {
            if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2]) {
                return i / 3;
            }
        }
        return -1;
    }

    static boolean looksLike(Pixels pixels) {
        byte[] rgb = pixels.rgb();
        if (pixels.width() != WIDTH || firstColoured(rgb) >= 0) {
            return false;
        }
        boolean black = false;
        boolean white = false;
        for (int i = 0; i < rgb.length; i += 3) {
            black |= rgb[i] == 0;
            white |= rgb[i] == (byte) 255;
        }
        return (black && white) || isFlat(rgb);
    }

    /** All the middle grey, but for black cells in the last row. */
    private static boolean isFlat(byte[] rgb) {
        int end = rgb.length;
        while (end > rgb.length - 3 * WIDTH + 3 && rgb[end - 3] == 0) {
            end -= 3;
        }
        for (int i = 0; i < end; i += 3) {
            if (rgb[i] != (byte) FLAT) {
                return false;
            }
        }
        return true;
    }

    @Override
    public byte[] grey() {
        return grey.clone();
    }

    /** The grey of one id's cell, 0 to 255. */
    public int value(int id) {
        return grey[id] & 0xFF;
    }

    @Override
    public PxiKind kind() {
        return PxiKind.HEATMAP;
    }

    /** The image. // [height, width, 3] */
    @Override
    public Pixels toPixels() {
        byte[] rgb = new byte[Math.multiplyExact(3, grey.length)];
        for (int i = 0; i < grey.length; i++) {
            rgb[3 * i] = grey[i];
            rgb[3 * i + 1] = grey[i];
            rgb[3 * i + 2] = grey[i];
        }
        return new Pixels(width, height, rgb);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogitsHeatmap that
                && width == that.width
                && height == that.height
                && Arrays.equals(grey, that.grey);
    }

    @Override
    public int hashCode() {
        return 31 * width + Arrays.hashCode(grey);
    }

    @Override
    public String toString() {
        return "LogitsHeatmap[" + width + " x " + height + "]";
    }
}
