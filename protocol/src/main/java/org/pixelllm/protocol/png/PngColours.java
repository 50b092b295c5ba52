package org.pixelllm.protocol.png;

import org.pixelllm.protocol.fault.InvalidContentException;

/**
 * Turns rows of samples of any legal kind into opaque 8-bit RGB, and refuses each pixel that has no such value: a
 * translucent one, and a 16-bit one whose two bytes differ.
 */
final class PngColours {

    private final PngHeader header;
    private final byte[] palette;
    private final byte[] paletteAlpha;
    private final byte[] rgb;
    private final int pitch;
    private final PngFaults faults;
    private final int full; // the largest sample
    private final boolean keyed;
    private final int keyRed;
    private final int keyGreen;
    private final int keyBlue;

    /**
     * Writes into {@code rgb}.
     *
     * @param pitch bytes from row to row there; 0 where each row replaces the one before // [height or 1, width, 3]
     */
    PngColours(PngChunks chunks, byte[] rgb, int pitch, PngFaults faults) {
        this.header = chunks.header();
        this.palette = chunks.palette();
        this.rgb = rgb;
        this.pitch = pitch;
        this.faults = faults;
        this.full = (1 << header.depth()) - 1;
        byte[] transparency = chunks.transparency();
        boolean indexed = header.colour() == PngHeader.PALETTE;
        this.paletteAlpha = indexed ? transparency : new byte[0];
        this.keyed = !indexed && transparency.length > 0;
        this.keyRed = key(transparency, 0);
        this.keyGreen = key(transparency, 2);
        this.keyBlue = key(transparency, 4);
    }

    /** PNG asks readers to ignore the bits of a key above the picture's depth. */
    private int key(byte[] transparency, int at) {
        return keyed && at + 1 < transparency.length
                ? (((transparency[at] & 0xFF) << 8) | (transparency[at + 1] & 0xFF)) & full
                : 0;
    }

    /** Whether there are samples that have no opaque 8-bit colour, so that each must be looked at to know. */
    boolean mayRefuse() {
        return switch (header.colour()) {
            case PngHeader.GREY, PngHeader.RGB -> keyed || header.depth() == 16;
            case PngHeader.PALETTE -> palette.length < 3 * (full + 1) || paletteAlpha.length > 0;
            default -> true;
        };
    }

    /** Puts the {@code count} pixels of a row of samples where {@code pass} has them in row {@code y}. */
    void put(byte[] row, int at, int count, PngPass pass, int y) throws InvalidContentException {
        int step = pass.stepX();
        int to = y * pitch + 3 * pass.x();
        if (header.colour() == PngHeader.RGB && header.depth() == 8 && !keyed && step == 1) {
            System.arraycopy(row, at, rgb, to, 3 * count);
            return;
        }
        for (int i = 0; i < count; i++) {
            putPixel(row, at, i, to, pass.x() + i * step, y);
            to += 3 * step;
        }
    }

    private void putPixel(byte[] row, int at, int i, int to, int x, int y) throws InvalidContentException {
        int first = i * header.channels();
        int a = sample(row, at, first);
        switch (header.colour()) {
            case PngHeader.GREY -> {
                refuseKey(a == keyRed, x, y);
                set(to, a, a, a, x, y);
            }
            case PngHeader.GREY_ALPHA -> {
                refuseTranslucent(sample(row, at, first + 1), x, y);
                set(to, a, a, a, x, y);
            }
            case PngHeader.PALETTE -> putIndexed(a, to, x, y);
            default -> {
                int b = sample(row, at, first + 1);
                int c = sample(row, at, first + 2);
                if (header.colour() == PngHeader.RGBA) {
                    refuseTranslucent(sample(row, at, first + 3), x, y);
                }
                refuseKey(a == keyRed && b == keyGreen && c == keyBlue, x, y);
                set(to, a, b, c, x, y);
            }
        }
    }

    private void putIndexed(int index, int to, int x, int y) throws InvalidContentException {
        if (3 * index >= palette.length) {
            throw faults.invalid(
                    Pixels.place(x, y),
                    "a palette index below " + palette.length / 3,
                    "palette index " + index,
                    PngFaults.SAVE_AGAIN);
        }
        // An entry that no pixel uses may be translucent: the picture is opaque all the same.
        if (index < paletteAlpha.length && paletteAlpha[index] != (byte) 0xFF) {
            throw translucent("alpha " + (paletteAlpha[index] & 0xFF) + " of 255", x, y);
        }
        System.arraycopy(palette, 3 * index, rgb, to, 3);
    }

    private int sample(byte[] row, int at, int index) {
        int depth = header.depth();
        if (depth == 8) {
            return row[at + index] & 0xFF;
        }
        if (depth == 16) {
            return ((row[at + 2 * index] & 0xFF) << 8) | (row[at + 2 * index + 1] & 0xFF);
        }
        int bit = index * depth;
        return (row[at + (bit >> 3)] & 0xFF) >> (8 - depth - (bit & 7)) & full;
    }

    private void set(int to, int red, int green, int blue, int x, int y) throws InvalidContentException {
        rgb[to] = eightBits(red, x, y);
        rgb[to + 1] = eightBits(green, x, y);
        rgb[to + 2] = eightBits(blue, x, y);
    }

    private byte eightBits(int sample, int x, int y) throws InvalidContentException {
        if (header.depth() < 16) {
            return (byte) (sample * 255 / full);
        }
        if (sample >> 8 != (sample & 0xFF)) {
            throw faults.invalid(
                    Pixels.place(x, y),
                    "a 16-bit sample that is exactly an 8-bit one (both bytes equal)",
                    "sample 0x" + Integer.toHexString(sample),
                    "Save it with 8 bits a channel.");
        }
        return (byte) sample;
    }

    private void refuseTranslucent(int alpha, int x, int y) throws InvalidContentException {
        if (alpha != full) {
            throw translucent("alpha " + alpha + " of " + full, x, y);
        }
    }

    private void refuseKey(boolean matches, int x, int y) throws InvalidContentException {
        if (keyed && matches) {
            throw translucent("the colour that tRNS makes transparent", x, y);
        }
    }

    private InvalidContentException translucent(String found, int x, int y) {
        return faults.invalid(
                Pixels.place(x, y), "an opaque pixel", found + ", a translucent pixel", "Save it without alpha.");
    }
}
