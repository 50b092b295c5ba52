package org.pixelllm.pxvm.weights;

import org.jspecify.annotations.Nullable;

/** How a tensor's elements are kept. The code is written in program images and cartridges and never changes. */
public enum ElementType {
    /** 32-bit IEEE 754, little endian. */
    F32(1, "f32", new F32Codec()),
    /** v0's affine bytes: {@code w = q / 255 · (max − min) + min}, one min and max for the tensor. */
    U8(2, "u8", new AffineU8Codec()),
    /** 16-bit IEEE 754, little endian. */
    F16(3, "f16", new HalfCodec(HalfCodec.Format.F16)),
    /** The upper half of an f32, little endian. */
    BF16(4, "bf16", new HalfCodec(HalfCodec.Format.BF16)),
    /** Signed bytes in blocks of 32 with an f16 scale: {@code w = d · q}. */
    Q8(5, "q8", new Q8Codec()),
    /** Nibbles in blocks of 32 with an f16 scale: {@code w = d · (n − 8)}. */
    Q4(6, "q4", new Q4Codec()),
    /** 32-bit token ids: the input only, never a weight. */
    IDS(255, "ids", null);

    private final int code;
    private final String word;
    private final @Nullable WeightCodec codec;

    ElementType(int code, String word, @Nullable WeightCodec codec) {
        this.code = code;
        this.word = word;
        this.codec = codec;
    }

    /** The number in program images and cartridges. */
    public int code() {
        return code;
    }

    /** The word in the assembler text. */
    public String word() {
        return word;
    }

    /** Whether a weight may have this type. */
    public boolean isWeightType() {
        return codec != null;
    }

    /**
     * How rows of this type are read and written.
     *
     * @throws IllegalStateException where it is not a weight type
     */
    public WeightCodec codec() {
        if (codec == null) {
            throw new IllegalStateException(word + " is not a weight type");
        }
        return codec;
    }

    /** The type with this code, or null. */
    public static @Nullable ElementType ofCode(int code) {
        for (ElementType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return null;
    }

    /** The type with this word, or null. */
    public static @Nullable ElementType ofWord(String word) {
        for (ElementType type : values()) {
            if (type.word.equals(word)) {
                return type;
            }
        }
        return null;
    }
}
