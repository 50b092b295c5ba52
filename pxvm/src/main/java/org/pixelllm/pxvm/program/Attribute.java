package org.pixelllm.pxvm.program;

/**
 * A number that an instruction carries, such as an epsilon.
 *
 * @param name the word before {@code =} in the assembler text
 * @param kind whole number or 32-bit float
 * @param min the smallest value allowed
 * @param max the largest value allowed
 */
public record Attribute(String name, Kind kind, double min, double max) {

    /** How an attribute's 32 bits are read. */
    public enum Kind {
        /** As a whole number with a sign. */
        INT,
        /** As an IEEE 754 number. */
        FLOAT
    }

    static Attribute real(String name, double min, double max) {
        return new Attribute(name, Kind.FLOAT, min, max);
    }

    static Attribute whole(String name, int min, int max) {
        return new Attribute(name, Kind.INT, min, max);
    }

    /** The value of 32 bits. */
    double value(int bits) {
        return kind == Kind.INT ? bits : Float.intBitsToFloat(bits);
    }

    boolean admits(int bits) {
        double value = value(bits);
        // A comparison with NaN is false, so NaN is refused here too.
        return value >= min && value <= max;
    }

    String text(int bits) {
        return kind == Kind.INT ? Integer.toString(bits) : Float.toString(Float.intBitsToFloat(bits));
    }

    int parse(String text) {
        return kind == Kind.INT ? Integer.parseInt(text) : Float.floatToRawIntBits(Float.parseFloat(text));
    }
}
