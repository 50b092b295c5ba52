package org.pixelllm.forge.importer.tensor;

import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * How other projects' files keep a tensor's elements: in blocks that are decoded one by one. Blocks and formulas of the
 * quantised types are ggml's ({@code ggml-quants.c}, {@code dequantize_row_*}), computed in f32 in the same order, so
 * that every value has the same bits.
 */
public enum StoredType {
    F32(0, 1, 4, (from, at, to, out) -> to[out] = Float.intBitsToFloat(Bits.i32(from, at)), ElementType.F32),
    F16(1, 1, 2, (from, at, to, out) -> to[out] = Bits.f16(from, at), ElementType.F16),
    BF16(30, 1, 2, (from, at, to, out) -> to[out] = Float.intBitsToFloat(Bits.u16(from, at) << 16), ElementType.BF16),
    Q4_0(2, 32, 18, BlocksOf32::q4With0, ElementType.Q4),
    Q4_1(3, 32, 20, BlocksOf32::q4With1, null),
    Q5_0(6, 32, 22, BlocksOf32::q5With0, null),
    Q5_1(7, 32, 24, BlocksOf32::q5With1, null),
    Q8_0(8, 32, 34, BlocksOf32::q8With0, ElementType.Q8),
    Q4_K(12, 256, 144, BlocksOf256::q4, null),
    Q5_K(13, 256, 176, BlocksOf256::q5, null),
    Q6_K(14, 256, 210, BlocksOf256::q6, null);

    private final int ggufCode;
    private final int blockElements;
    private final int blockBytes;
    private final BlockDecoder decoder;
    private final @Nullable ElementType same;

    StoredType(int ggufCode, int blockElements, int blockBytes, BlockDecoder decoder, @Nullable ElementType same) {
        this.ggufCode = ggufCode;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
        this.decoder = decoder;
        this.same = same;
    }

    /** Decodes one block: bytes from {@code at}, values to {@code out} on. */
    interface BlockDecoder {
        void decode(byte[] from, int at, float[] to, int out);
    }

    /** The machine's type that holds the very same values, or null where there is none. */
    public @Nullable ElementType same() {
        return same;
    }

    /** Elements of a block: a row is a whole number of blocks. */
    int blockElements() {
        return blockElements;
    }

    /** Bytes of a row of this many elements, a multiple of {@link #blockElements}. */
    long rowBytes(int columns) {
        return (long) (columns / blockElements) * blockBytes;
    }

    /** Decodes a row's bytes. */
    void decode(byte[] row, float[] to) {
        for (int at = 0, out = 0; at < row.length; at += blockBytes, out += blockElements) {
            decoder.decode(row, at, to, out);
        }
    }

    /** The type with this GGUF number, or null. */
    public static @Nullable StoredType ofGguf(int code) {
        for (StoredType type : values()) {
            if (type.ggufCode == code) {
                return type;
            }
        }
        return null;
    }
}
