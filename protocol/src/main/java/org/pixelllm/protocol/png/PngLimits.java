package org.pixelllm.protocol.png;

/**
 * The largest picture that a reader is ready to take. The decoder compares a file's header with these before it takes
 * memory for the picture.
 *
 * @param maxWidth pixels in a row, at least 1
 * @param maxHeight rows, at least 1
 * @param maxPixels width times height, at least 1; more than {@value #ARRAY_PIXELS} can be read row by row alone
 */
public record PngLimits(int maxWidth, int maxHeight, long maxPixels) {

    /** The widest protocol image: 65,535 tokens and the pixel that counts them. */
    public static final int MAX_PROTOCOL_WIDTH = 65_536;

    /** The highest: a heat map of one column. */
    public static final int MAX_PROTOCOL_HEIGHT = 65_536;

    /** 2,048 x 2,048, which is 12 MiB of samples: an attention map over 2,048 tokens. */
    public static final long MAX_PROTOCOL_PIXELS = 1L << 22;

    /** The most pixels whose three bytes each fit one Java array. */
    public static final long ARRAY_PIXELS = (Integer.MAX_VALUE - 8) / 3;

    /** For every image of the protocol and its extensions. */
    public static final PngLimits PROTOCOL =
            new PngLimits(MAX_PROTOCOL_WIDTH, MAX_PROTOCOL_HEIGHT, MAX_PROTOCOL_PIXELS);

    /** No limit but that of an array: for files that the caller trusts, or has bounded by their size. */
    public static final PngLimits LARGEST = new PngLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, ARRAY_PIXELS);

    /** No limit at all: for files that are read row by row. */
    public static final PngLimits NONE = new PngLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);

    public PngLimits {
        if (maxWidth < 1 || maxHeight < 1 || maxPixels < 1) {
            throw new IllegalArgumentException("limits " + maxWidth + " x " + maxHeight + " and " + maxPixels
                    + " pixels: each must be at least 1");
        }
    }

    /** Whether a picture is within these limits. */
    public boolean hold(int width, int height) {
        return width <= maxWidth && height <= maxHeight && (long) width * height <= maxPixels;
    }
}
