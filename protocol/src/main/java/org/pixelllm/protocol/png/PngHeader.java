package org.pixelllm.protocol.png;

import java.nio.ByteBuffer;
import org.pixelllm.protocol.fault.InvalidContentException;

/**
 * The IHDR chunk: what the samples of a PNG are.
 *
 * @param depth bits in a sample: 1, 2, 4, 8 or 16
 * @param colour one of the colour types below
 * @param interlaced whether the rows come in Adam7's seven passes
 */
record PngHeader(int width, int height, int depth, int colour, boolean interlaced) {

    static final int BYTES = 13;

    static final String PLACE = "chunk IHDR at byte 8";

    static final int GREY = 0;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int GREY_ALPHA = 4;
    static final int RGBA = 6;

    /** Reads the chunk's 13 bytes and checks each of them. */
    static PngHeader parse(ByteBuffer data, PngLimits limits, PngFaults faults) throws InvalidContentException {
        int width = data.getInt(0);
        int height = data.getInt(4);
        int depth = data.get(8) & 0xFF;
        int colour = data.get(9) & 0xFF;
        int interlace = data.get(12) & 0xFF;
        if (width <= 0 || height <= 0) {
            String found = Integer.toUnsignedString(width) + " x " + Integer.toUnsignedString(height);
            throw faults.invalid(PLACE, "a width and a height from 1 to 2147483647", found, PngFaults.SAVE_AGAIN);
        }
        PngHeader header = new PngHeader(width, height, depth, colour, interlace == 1);
        header.require(limits, faults);
        if (!legal(colour, depth)) {
            throw faults.invalid(
                    PLACE,
                    "a colour type and bit depth that PNG knows",
                    "colour type " + colour + " with bit depth " + depth,
                    PngFaults.SAVE_AGAIN);
        }
        requireZero(data.get(10), "compression method", faults);
        requireZero(data.get(11), "filter method", faults);
        if (interlace > 1) {
            throw faults.invalid(
                    PLACE, "interlace method 0 or 1", "interlace method " + interlace, PngFaults.SAVE_AGAIN);
        }
        return header;
    }

    /** Checks that the picture is within some limits. */
    void require(PngLimits limits, PngFaults faults) throws InvalidContentException {
        if (!limits.hold(width, height)) {
            throw faults.invalid(
                    PLACE,
                    "a picture of at most " + limits.maxWidth() + " x " + limits.maxHeight() + " and "
                            + limits.maxPixels() + " pixels",
                    "a " + width + " x " + height + " picture, over the limit",
                    "Is this the file you meant? A picture this large is not read here.");
        }
    }

    private static void requireZero(byte value, String name, PngFaults faults) throws InvalidContentException {
        if (value != 0) {
            throw faults.invalid(PLACE, name + " 0", name + " " + (value & 0xFF), PngFaults.SAVE_AGAIN);
        }
    }

    private static boolean legal(int colour, int depth) {
        return switch (colour) {
            case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
            case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
            case RGB, GREY_ALPHA, RGBA -> depth == 8 || depth == 16;
            default -> false;
        };
    }

    int channels() {
        return switch (colour) {
            case RGB -> 3;
            case GREY_ALPHA -> 2;
            case RGBA -> 4;
            default -> 1;
        };
    }

    /** Bytes of a row of {@code pixels} pixels, without its filter byte. */
    long rowBytes(int pixels) {
        return ((long) pixels * channels() * depth + 7) / 8;
    }

    /** How far back a filter looks for the byte to its left, at least 1. */
    int filterDistance() {
        return Math.max(1, channels() * depth / 8);
    }
}
