package org.pixelllm.forge.importer.tensor;

/** Little-endian numbers in an array. */
final class Bits {

    private Bits() {}

    static int u16(byte[] from, int at) {
        return (from[at] & 0xFF) | ((from[at + 1] & 0xFF) << 8);
    }

    static int i32(byte[] from, int at) {
        return u16(from, at) | u16(from, at + 2) << 16;
    }

    static float f16(byte[] from, int at) {
        return Float.float16ToFloat((short) u16(from, at));
    }
}
