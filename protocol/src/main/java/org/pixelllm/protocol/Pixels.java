package org.pixelllm.protocol;

/**
 * An opaque 8-bit RGB image in memory.
 *
 * @param width pixels in a row, at least 1
 * @param height rows, at least 1
 * @param rgb the samples, row by row from the top, three bytes a pixel; not copied // [height, width, 3]
 */
public record Pixels(int width, int height, byte[] rgb) {

    public Pixels {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "a %d x %d image needs 3 bytes a pixel, not %d bytes".formatted(width, height, rgb.length));
        }
    }

    /** A black image. */
    public static Pixels black(int width, int height) {
        return new Pixels(width, height, new byte[Math.toIntExact(3L * width * height)]);
    }

    public int red(int x, int y) {
        return rgb[offset(x, y)] & 0xFF;
    }

    public int green(int x, int y) {
        return rgb[offset(x, y) + 1] & 0xFF;
    }

    public int blue(int x, int y) {
        return rgb[offset(x, y) + 2] & 0xFF;
    }

    public void set(int x, int y, int red, int green, int blue) {
        int at = offset(x, y);
        rgb[at] = (byte) red;
        rgb[at + 1] = (byte) green;
        rgb[at + 2] = (byte) blue;
    }

    private int offset(int x, int y) {
        return 3 * (y * width + x);
    }
}
