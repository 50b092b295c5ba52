package org.pixelllm.protocol.png;

import java.util.Arrays;

/**
 * An opaque 8-bit RGB image in memory.
 *
 * @param width pixels in a row, at least 1
 * @param height rows, at least 1
 * @param rgb the samples, row by row from the top, three bytes a pixel; not copied // [height, width, 3]
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode go by content
public record Pixels(int width, int height, byte[] rgb) {

    public Pixels {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "a %d x %d image needs 3 bytes a pixel, not %d bytes".formatted(width, height, rgb.length));
        }
    }

    /**
     * A black image.
     *
     * @throws IllegalArgumentException it does not fit an array
     */
    public static Pixels black(int width, int height) {
        if (width < 1 || height < 1 || (long) width * height > PngLimits.ARRAY_PIXELS) {
            throw new IllegalArgumentException("a " + width + " x " + height + " image does not fit an array");
        }
        return new Pixels(width, height, new byte[3 * width * height]);
    }

    /** The red sample of a pixel, 0 to 255; x is its column, y its row from the top. */
    public int red(int x, int y) {
        return rgb[offset(x, y)] & 0xFF;
    }

    /** The green sample of a pixel, 0 to 255. */
    public int green(int x, int y) {
        return rgb[offset(x, y) + 1] & 0xFF;
    }

    /** The blue sample of a pixel, 0 to 255. */
    public int blue(int x, int y) {
        return rgb[offset(x, y) + 2] & 0xFF;
    }

    /** How messages name a pixel: {@code pixel (3, 0)}. */
    public static String place(int x, int y) {
        return "pixel (" + x + ", " + y + ")";
    }

    /** A token id or a count as a pixel keeps it: red + 256 · green, 0 to 65,535. */
    public int redGreen(int x, int y) {
        return red(x, y) + 256 * green(x, y);
    }

    /** Sets a pixel to a number of 0 to 65,535 in red and green, with this blue. */
    public void setRedGreen(int x, int y, int number, int blue) {
        set(x, y, number, number >> 8, blue);
    }

    /** Sets a pixel; of each sample the low eight bits count. */
    public void set(int x, int y, int red, int green, int blue) {
        int at = offset(x, y);
        rgb[at] = (byte) red;
        rgb[at + 1] = (byte) green;
        rgb[at + 2] = (byte) blue;
    }

    /**
     * The picture enlarged, every pixel a square of {@code factor} by {@code factor}, for eyes.
     *
     * @throws IllegalArgumentException the factor is below 1, or the result does not fit an array
     */
    public Pixels scaled(int factor) {
        if (factor < 1 || (long) width * height > PngLimits.ARRAY_PIXELS / factor / factor) {
            throw new IllegalArgumentException(
                    "a " + width + " x " + height + " picture cannot be enlarged " + factor + " times");
        }
        Pixels large = black(width * factor, height * factor);
        int row = 3 * large.width;
        for (int y = 0; y < height; y++) {
            int at = y * factor * row;
            for (int x = 0; x < width; x++) {
                for (int i = 0; i < factor; i++) {
                    System.arraycopy(rgb, offset(x, y), large.rgb, at + 3 * (x * factor + i), 3);
                }
            }
            for (int i = 1; i < factor; i++) {
                System.arraycopy(large.rgb, at, large.rgb, at + i * row, row);
            }
        }
        return large;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pixels that
                && width == that.width
                && height == that.height
                && Arrays.equals(rgb, that.rgb);
    }

    @Override
    public int hashCode() {
        return 31 * width + Arrays.hashCode(rgb);
    }

    @Override
    public String toString() {
        return "Pixels[" + width + " x " + height + "]";
    }

    private int offset(int x, int y) {
        return 3 * (y * width + x);
    }
}
