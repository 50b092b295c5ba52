package org.pixelllm.protocol.view;

/** The colours of views, 0xRRGGBB. NaN and infinities are red in each of them. */
public final class Colours {

    /** NaN and infinities. */
    public static final int RED = 0xFF0000;

    /** Zero of a signed value. */
    public static final int GREY = 0x808080;

    private static final int[] SHARE = {0x0B0D10, 0x2B2F6B, 0x6A2C91, 0xC2456B, 0xF4A24C, 0xFFF3B8};
    private static final int[] NEGATIVE = {GREY, 0x3F78B5, 0x2FC2F2, 0xC8F4FF};
    private static final int[] POSITIVE = {GREY, 0xB5803F, 0xFFB02F, 0xFFF0B0};

    private Colours() {}

    /** A share, 0 to 1, from dark to light; values beyond have the end's colour. */
    public static int share(double value) {
        return Double.isFinite(value) ? between(SHARE, value) : RED;
    }

    /** A signed value, −1 to 1: blue below zero, amber above, zero grey; values beyond have the end's colour. */
    public static int signed(double value) {
        if (!Double.isFinite(value)) {
            return RED;
        }
        return value < 0 ? between(NEGATIVE, -value) : between(POSITIVE, value);
    }

    private static int between(int[] stops, double share) {
        double place = Math.clamp(share, 0, 1) * (stops.length - 1);
        int low = Math.min((int) place, stops.length - 2);
        double part = place - low;
        int colour = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int a = stops[low] >> shift & 0xFF;
            int b = stops[low + 1] >> shift & 0xFF;
            colour |= (int) Math.round(a + (b - a) * part) << shift;
        }
        return colour;
    }

    /** Ink that can be read on a colour. */
    public static int inkOn(int colour) {
        int light = 3 * (colour >> 16 & 0xFF) + 6 * (colour >> 8 & 0xFF) + (colour & 0xFF);
        return light > 1300 ? 0x000000 : 0xFFFFFF;
    }
}
