package org.pixelllm.forge.importer.tensor;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Range;
import org.pixelllm.pxvm.weights.WeightCodec;

/**
 * How other projects' files keep a tensor's elements, in blocks. Each has a type of the machine that holds the very same
 * values: {@code ggml-quants.c}, {@code dequantize_row_*}, gives every one the same bits.
 */
public enum StoredType {
    F32(0, 1, 4, ElementType.F32),
    F16(1, 1, 2, ElementType.F16),
    BF16(30, 1, 2, ElementType.BF16),
    Q4_0(2, 32, 18, ElementType.Q4, BlocksOf32::q4With0),
    Q4_1(3, 32, 20, ElementType.Q4M, BlocksOf32::q4With1),
    Q5_0(6, 32, 22, ElementType.Q8, BlocksOf32::q5With0),
    Q5_1(7, 32, 24, ElementType.Q8M, BlocksOf32::q5With1),
    Q8_0(8, 32, 34, ElementType.Q8, BlocksOf32::q8With0),
    Q2_K(10, 256, 84, ElementType.Q4K16M, BlocksOf256::q2),
    Q3_K(11, 256, 110, ElementType.Q4K16, BlocksOf256::q3),
    Q4_K(12, 256, 144, ElementType.Q4K32M, BlocksOf256::q4),
    Q5_K(13, 256, 176, ElementType.Q8K32M, BlocksOf256::q5),
    Q6_K(14, 256, 210, ElementType.Q8K16, BlocksOf256::q6);

    /** What GGUF files may hold besides, by its number in ggml's {@code enum ggml_type}. */
    private static final Map<Integer, String> OTHERS = Map.ofEntries(
            Map.entry(9, "Q8_1, a type of intermediate results"),
            Map.entry(15, "Q8_K, a type of intermediate results"),
            Map.entry(16, "IQ2_XXS, an IQ type"),
            Map.entry(17, "IQ2_XS, an IQ type"),
            Map.entry(18, "IQ3_XXS, an IQ type"),
            Map.entry(19, "IQ1_S, an IQ type"),
            Map.entry(20, "IQ4_NL, an IQ type"),
            Map.entry(21, "IQ3_S, an IQ type"),
            Map.entry(22, "IQ2_S, an IQ type"),
            Map.entry(23, "IQ4_XS, an IQ type"),
            Map.entry(24, "I8, whole numbers"),
            Map.entry(25, "I16, whole numbers"),
            Map.entry(26, "I32, whole numbers"),
            Map.entry(27, "I64, whole numbers"),
            Map.entry(28, "F64"),
            Map.entry(29, "IQ1_M, an IQ type"),
            Map.entry(34, "TQ1_0, a ternary type"),
            Map.entry(35, "TQ2_0, a ternary type"),
            Map.entry(39, "MXFP4, a 4-bit floating-point type"));

    private final int ggufCode;
    private final int blockElements;
    private final int blockBytes;
    private final ElementType same;
    private final Arranger arranger;

    StoredType(int ggufCode, int blockElements, int blockBytes, ElementType same, Arranger arranger) {
        this.ggufCode = ggufCode;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
        this.same = same;
        this.arranger = arranger;
    }

    /** One whose elements are the machine's, byte for byte. */
    StoredType(int ggufCode, int blockElements, int blockBytes, ElementType same) {
        this(
                ggufCode,
                blockElements,
                blockBytes,
                same,
                (from, at, to, out) -> System.arraycopy(from, at, to, out, blockBytes));
    }

    /** Turns a block at {@code at} into the machine's unit of as many columns at {@code out}, which is all zeros. */
    interface Arranger {
        void arrange(byte[] from, int at, byte[] to, int out);
    }

    /** The machine's type that holds the very same values. */
    public ElementType same() {
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

    /** Writes a row's bytes as {@link #same} has them, from {@code at} on. */
    void arrange(byte[] row, byte[] to, int at) {
        int unit = same.codec().unitBytes();
        int length = row.length / blockBytes * unit;
        Arrays.fill(to, at, at + length, (byte) 0);
        for (int from = 0, out = at; from < row.length; from += blockBytes, out += unit) {
            arranger.arrange(row, from, to, out);
        }
    }

    /** Decodes a row's bytes. */
    void decode(byte[] row, float[] to) {
        WeightCodec codec = same.codec();
        byte[] arranged = new byte[codec.rowBytes(to.length)];
        arrange(row, arranged, 0);
        codec.decode(arranged, 0, Range.NONE, to, 0, to.length);
    }

    /** What a GGUF number that is none of these stands for, for messages. */
    public static String wordsOfGguf(int code) {
        String words = OTHERS.get(code);
        return words == null ? "ggml's type " + Integer.toUnsignedString(code) : words;
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
