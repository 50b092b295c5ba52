package org.pixelllm.pxvm.weights;

/** 16-bit floats and their bytes. */
final class Halves {

    private static final float MAX_F16 = 65_504;
    private static final float MAX_BF16 = Float.intBitsToFloat(0x7F7F_0000);

    private Halves() {}

    /** The nearest f16, ties to even; a finite float stays finite. */
    static short toF16(float value) {
        return Float.floatToFloat16(Float.isFinite(value) ? Math.clamp(value, -MAX_F16, MAX_F16) : value);
    }

    /** The nearest bf16, ties to even; a finite float stays finite. */
    static short toBf16(float value) {
        if (Float.isNaN(value)) {
            return 0x7FC0;
        }
        float within = Float.isFinite(value) ? Math.clamp(value, -MAX_BF16, MAX_BF16) : value;
        int bits = Float.floatToRawIntBits(within);
        // Half of the last place kept, less one where that place is even: a tie then stays.
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }

    static float ofBf16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** The 16 bits at a place, little endian. */
    static short get(byte[] from, int at) {
        return (short) ((from[at] & 0xFF) | (from[at + 1] << 8));
    }

    static void put(short bits, byte[] to, int at) {
        to[at] = (byte) bits;
        to[at + 1] = (byte) (bits >> 8);
    }
}
