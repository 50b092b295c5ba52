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
    /** Bytes in blocks of 32: {@code w = d · q}. GGUF's Q8_0, Q5_0. */
    Q8(5, "q8", BlockCodec.scaled(false, false)),
    /** Nibbles in blocks of 32: {@code w = d · (n − 8)}. GGUF's Q4_0. */
    Q4(6, "q4", BlockCodec.scaled(true, false)),
    /** Bytes in blocks of 32 with a minimum: {@code w = d · q + m}. GGUF's Q5_1. */
    Q8M(7, "q8m", BlockCodec.scaled(false, true)),
    /** Nibbles in blocks of 32 with a minimum: {@code w = d · n + m}. GGUF's Q4_1. */
    Q4M(8, "q4m", BlockCodec.scaled(true, true)),
    /** Bytes in blocks of 16, scales under a common one: {@code w = d · s · q}. GGUF's Q6_K. */
    Q8K16(9, "q8k16", BlockCodec.twiceScaled(false, 16, false)),
    /** Nibbles in blocks of 16, scales under a common one: {@code w = d · s · (n − 8)}. GGUF's Q3_K. */
    Q4K16(10, "q4k16", BlockCodec.twiceScaled(true, 16, false)),
    /** Nibbles in blocks of 16, scales and minima under common ones: {@code w = d · s · n + e · m}. GGUF's Q2_K. */
    Q4K16M(11, "q4k16m", BlockCodec.twiceScaled(true, 16, true)),
    /** Nibbles in blocks of 32, scales and minima under common ones. GGUF's Q4_K. */
    Q4K32M(12, "q4k32m", BlockCodec.twiceScaled(true, 32, true)),
    /** Bytes in blocks of 32, scales and minima under common ones: {@code w = d · s · q + e · m}. GGUF's Q5_K. */
    Q8K32M(13, "q8k32m", BlockCodec.twiceScaled(false, 32, true)),
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
