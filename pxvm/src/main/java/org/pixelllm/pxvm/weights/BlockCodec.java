package org.pixelllm.pxvm.weights;

import java.util.Arrays;

/**
 * Whole numbers in blocks that share a scale, and some a minimum: {@code w = scale · q}, or {@code w = scale · q +
 * minimum}. q is a signed byte, or a nibble n: n − 8 without a minimum, n with one. Where a unit is one block, its codes
 * come first, then its scale and minimum as f16. Where it is 256 columns, a common f16 scale and minimum come first;
 * then, block by block, codes, a signed byte by which the common scale is multiplied, and one for the minimum. These are
 * the forms in which GGUF's types keep their values, so that each is kept exactly.
 *
 * <p>Nibbles of a block: byte j holds column j in its low half and column j + half a block in its high one.
 */
public final class BlockCodec implements WeightCodec {

    private static final int SUPER = 256;
    private static final int HALF_FLOAT = Short.BYTES;
    private static final int MAX_BYTE = 127;
    private static final int MAX_NIBBLE = 15;

    /** What a nibble without a minimum is counted from. */
    public static final int NIBBLE_ZERO = 8;

    private final boolean nibbles;
    private final int block;
    private final boolean minimum;
    private final int blocks; // of a unit
    private final int codeBytes; // of a block
    private final int header; // bytes of a unit before its first block
    private final int blockBytes; // with what follows the codes
    private final Entries[] entries;

    private BlockCodec(boolean nibbles, int block, boolean minimum, int blocks) {
        this.nibbles = nibbles;
        this.block = block;
        this.minimum = minimum;
        this.blocks = blocks;
        this.codeBytes = nibbles ? block / 2 : block;
        int factors = minimum ? 2 : 1;
        if (blocks == 1) {
            this.header = 0;
            this.blockBytes = codeBytes + HALF_FLOAT * factors;
            this.entries = new Entries[] {new Entries(0, codeBytes, 1), new Entries(codeBytes, factors, HALF_FLOAT)};
        } else {
            this.header = HALF_FLOAT * factors;
            this.blockBytes = codeBytes + factors;
            this.entries =
                    new Entries[] {new Entries(0, factors, HALF_FLOAT), new Entries(header, blocks * blockBytes, 1)};
        }
    }

    /** Blocks of 32 with a scale each. */
    static BlockCodec scaled(boolean nibbles, boolean minimum) {
        return new BlockCodec(nibbles, 32, minimum, 1);
    }

    /** Blocks whose scales are multiples of one that 256 columns share. */
    static BlockCodec twiceScaled(boolean nibbles, int block, boolean minimum) {
        return new BlockCodec(nibbles, block, minimum, SUPER / block);
    }

    /** Whether two codes share a byte. */
    public boolean hasNibbles() {
        return nibbles;
    }

    /** Whether blocks have a minimum. */
    public boolean hasMinimum() {
        return minimum;
    }

    /** Whether a block's scale is a multiple of the unit's. */
    public boolean isTwiceScaled() {
        return blocks > 1;
    }

    /**
     * Puts a code into a row's unit of which it is all zeros so far.
     *
     * @param at where the unit begins
     * @param column within the unit
     * @param code a signed byte, or a nibble from 0
     */
    public void putCode(byte[] unit, int at, int column, int code) {
        int codes = at + codes(column / block);
        int i = column % block;
        if (nibbles) {
            unit[codes + i % codeBytes] |= (byte) (code << (4 * (i / codeBytes)));
        } else {
            unit[codes + i] = (byte) code;
        }
    }

    /** Puts the byte by which the common scale is multiplied in a block of the unit that begins at {@code at}. */
    public void putFactor(byte[] unit, int at, int block, int factor) {
        unit[at + codes(block) + codeBytes] = (byte) factor;
    }

    /** Puts the byte by which the common minimum is multiplied in a block of the unit that begins at {@code at}. */
    public void putMinimum(byte[] unit, int at, int block, int factor) {
        unit[at + codes(block) + codeBytes + 1] = (byte) factor;
    }

    /** Where in a row's unit a block's codes begin. */
    private int codes(int block) {
        return header + block * blockBytes;
    }

    /** Bytes of a row's unit before its first block. */
    public int headerBytes() {
        return header;
    }

    /** Bytes of a block's codes in a row. */
    public int codeBytes() {
        return codeBytes;
    }

    /** Bytes of a block in a row, with what follows its codes. */
    public int blockBytes() {
        return blockBytes;
    }

    @Override
    public int unitColumns() {
        return block * blocks;
    }

    @Override
    public int unitBytes() {
        return header + blocks * blockBytes;
    }

    @Override
    public int blockColumns() {
        return block;
    }

    @Override
    public Entries[] entries() {
        return entries;
    }

    @Override
    public void decode(byte[] from, int offset, Range range, float[] to, int at, int count) {
        float[] values = new float[block];
        for (int column = 0; column < count; column += block) {
            int unit = offset + column / unitColumns() * unitBytes();
            int codes = unit + codes(column % unitColumns() / block);
            decodeBlock(from, codes, scale(from, unit, codes), minimum(from, unit, codes), values);
            System.arraycopy(values, 0, to, at + column, Math.min(block, count - column));
        }
    }

    private float scale(byte[] from, int unit, int codes) {
        return isTwiceScaled() ? half(from, unit) * from[codes + codeBytes] : half(from, codes + codeBytes);
    }

    private float minimum(byte[] from, int unit, int codes) {
        if (!minimum) {
            return 0;
        }
        return isTwiceScaled()
                ? half(from, unit + HALF_FLOAT) * from[codes + codeBytes + 1]
                : half(from, codes + codeBytes + HALF_FLOAT);
    }

    private static float half(byte[] from, int at) {
        return Float.float16ToFloat(Halves.get(from, at));
    }

    private void decodeBlock(byte[] from, int at, float scale, float minimum, float[] to) {
        int zero = nibbles && !this.minimum ? NIBBLE_ZERO : 0;
        for (int i = 0; i < codeBytes; i++) {
            int code = from[at + i];
            if (nibbles) {
                to[i] = value((code & 0xF) - zero, scale, minimum);
                to[i + codeBytes] = value((code >> 4 & 0xF) - zero, scale, minimum);
            } else {
                to[i] = value(code, scale, minimum);
            }
        }
    }

    private float value(int code, float scale, float minimum) {
        return this.minimum ? scale * code + minimum : scale * code;
    }

    /**
     * Encodes blocks of 32 without a minimum as llama.cpp's {@code quantize_row_q8_0_ref} and {@code
     * quantize_row_q4_0_ref} do, those with one as {@code quantize_row_q4_1_ref}. Common scales are such that the
     * greatest of their blocks' scales is met.
     */
    @Override
    public void encode(float[] row, Range range, byte[] to, int at) {
        float[] values = new float[unitColumns()];
        for (int unit = 0; unit < units(row.length); unit++) {
            int done = unit * values.length;
            int count = Math.min(values.length, row.length - done);
            System.arraycopy(row, done, values, 0, count);
            Arrays.fill(values, count, values.length, 0);
            encodeUnit(values, to, at + unit * unitBytes());
            clearCodes(count, to, at + unit * unitBytes());
        }
    }

    private void encodeUnit(float[] values, byte[] to, int at) {
        float[] scales = new float[blocks];
        float[] minima = new float[blocks];
        for (int b = 0; b < blocks; b++) {
            scales[b] = bestScale(values, b * block);
            minima[b] = minimum ? bestMinimum(values, b * block, scales[b]) : 0;
        }
        if (blocks == 1) {
            // The codes are those of the scale before it is rounded, as llama.cpp's are.
            encodeBlock(values, 0, scales[0], minima[0], to, at);
            Halves.put(Halves.toF16(scales[0]), to, at + codeBytes);
            if (minimum) {
                Halves.put(Halves.toF16(minima[0]), to, at + codeBytes + HALF_FLOAT);
            }
            return;
        }
        float scale = putCommon(scales, to, at);
        float least = minimum ? putCommon(minima, to, at + HALF_FLOAT) : 0;
        for (int b = 0; b < blocks; b++) {
            int codes = at + codes(b);
            int factor = factor(scales[b], scale);
            int minimumFactor = factor(minima[b], least);
            encodeBlock(values, b * block, scale * factor, least * minimumFactor, to, codes);
            to[codes + codeBytes] = (byte) factor;
            if (minimum) {
                to[codes + codeBytes + 1] = (byte) minimumFactor;
            }
        }
    }

    /** Writes the f16 of which all are about a multiple of at most 127, and gives it. */
    private static float putCommon(float[] all, byte[] to, int at) {
        short half = Halves.toF16(magnitude(all, 0, all.length) / MAX_BYTE);
        Halves.put(half, to, at);
        return Float.float16ToFloat(half);
    }

    private static int factor(float value, float common) {
        return common == 0 ? 0 : Math.clamp(Math.round(value / common), -MAX_BYTE, MAX_BYTE);
    }

    private static float magnitude(float[] values, int from, int count) {
        float largest = 0;
        for (int i = from; i < from + count; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        return largest;
    }

    private float bestScale(float[] values, int from) {
        if (minimum) {
            float[] ends = ends(values, from);
            return (ends[1] - ends[0]) / (nibbles ? MAX_NIBBLE : 2 * MAX_BYTE);
        }
        if (!nibbles) {
            return magnitude(values, from, block) / MAX_BYTE;
        }
        float extreme = 0;
        for (int i = from; i < from + block; i++) {
            if (Math.abs(values[i]) > Math.abs(extreme)) {
                extreme = values[i];
            }
        }
        return extreme / -NIBBLE_ZERO;
    }

    /** The value of code 0. */
    private float bestMinimum(float[] values, int from, float scale) {
        float least = ends(values, from)[0];
        return nibbles ? least : least + MAX_BYTE * scale;
    }

    private float[] ends(float[] values, int from) {
        float least = values[from];
        float greatest = least;
        for (int i = from; i < from + block; i++) {
            least = Math.min(least, values[i]);
            greatest = Math.max(greatest, values[i]);
        }
        return new float[] {least, greatest};
    }

    private void encodeBlock(float[] values, int from, float scale, float minimum, byte[] to, int at) {
        float inverse = scale == 0 ? 0 : 1 / scale;
        for (int i = 0; i < codeBytes; i++) {
            float low = (values[from + i] - minimum) * inverse;
            if (nibbles) {
                float high = (values[from + i + codeBytes] - minimum) * inverse;
                to[at + i] = (byte) (nibble(low) | nibble(high) << 4);
            } else {
                // C's roundf: halves go away from zero.
                int rounded = low < 0 ? -Math.round(-low) : Math.round(low);
                to[at + i] = (byte) Math.clamp(rounded, -MAX_BYTE, MAX_BYTE);
            }
        }
    }

    private int nibble(float steps) {
        float rounding = (minimum ? 0 : NIBBLE_ZERO) + 0.5f;
        return Math.clamp((int) (steps + rounding), 0, MAX_NIBBLE);
    }

    /** Makes the codes of the columns from {@code count} on zero: they are multiplied by an x of zero. */
    private void clearCodes(int count, byte[] to, int at) {
        for (int column = count; column < unitColumns(); column++) {
            int codes = at + codes(column / block);
            int i = column % block;
            if (!nibbles) {
                to[codes + i] = 0;
            } else {
                int kept = i < codeBytes ? 0xF0 : 0x0F;
                to[codes + i % codeBytes] &= (byte) kept;
            }
        }
    }
}
