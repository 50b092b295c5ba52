package org.pixelllm.pxvm.weights;

import java.lang.foreign.MemorySegment;

/**
 * Blocks of 32 elements with one f16 scale each. A row is the scales of all its blocks, filled up to a multiple of 64
 * bytes, then their codes: codes lie together and aligned, for vector loads, and a row is read from front to back, which
 * on memory-bound machines was measured at 1.6 times the speed of scales after the codes. A last block that the row does
 * not fill is filled with zeros. A row is read whole, because its codes come after all its scales.
 */
public abstract sealed class BlockCodec implements WeightCodec permits Q8Codec, Q4Codec {

    /** Elements that share a scale. */
    public static final int BLOCK = 32;

    private static final int SCALE_BYTES = 2;

    private final int codeBytes;

    /** @param codeBytes bytes of a block's codes */
    BlockCodec(int codeBytes) {
        this.codeBytes = codeBytes;
    }

    /** Blocks in a row. */
    public static int blocks(int columns) {
        return Math.ceilDiv(columns, BLOCK);
    }

    /** Where in a row its first code stands: the bytes of its scales, rounded up to 64. */
    public static int codesAt(int columns) {
        return Math.toIntExact(Weights.roundUp((long) SCALE_BYTES * blocks(columns)));
    }

    /**
     * Lays out a row that is given as GGUF keeps it: block by block, each its scale and then its codes.
     *
     * @param blocks the row's blocks, one after the other
     * @param columns elements in the row
     */
    public final void arrange(byte[] blocks, int columns, byte[] to, int at) {
        int codes = at + codesAt(columns);
        for (int block = 0; block < blocks(columns); block++) {
            int from = block * (SCALE_BYTES + codeBytes);
            System.arraycopy(blocks, from, to, at + SCALE_BYTES * block, SCALE_BYTES);
            System.arraycopy(blocks, from + SCALE_BYTES, to, codes + block * codeBytes, codeBytes);
        }
    }

    @Override
    public final boolean needsWholeRows() {
        return true;
    }

    @Override
    public final long rowBytes(int columns) {
        return codesAt(columns) + (long) codeBytes * blocks(columns);
    }

    @Override
    public final int columns(int bytes) {
        throw new UnsupportedOperationException("rows of this type are never cut");
    }

    @Override
    public final Range range(float[] values) {
        return Range.NONE;
    }

    @Override
    public final void decode(MemorySegment from, long offset, Range range, float[] to, int at, int count) {
        byte[] row = new byte[Math.toIntExact(rowBytes(count))];
        MemorySegment.copy(from, offset, MemorySegment.ofArray(row), 0, row.length);
        int codes = codesAt(count);
        float[] values = new float[BLOCK];
        for (int block = 0; block < blocks(count); block++) {
            float scale = Float.float16ToFloat(Halves.get(row, SCALE_BYTES * block));
            decodeBlock(row, codes + block * codeBytes, scale, values);
            int done = block * BLOCK;
            System.arraycopy(values, 0, to, at + done, Math.min(BLOCK, count - done));
        }
    }

    @Override
    public final void encode(float[] row, Range range, byte[] to, int at) {
        int codes = at + codesAt(row.length);
        float[] values = new float[BLOCK];
        for (int block = 0; block < blocks(row.length); block++) {
            int done = block * BLOCK;
            int count = Math.min(BLOCK, row.length - done);
            System.arraycopy(row, done, values, 0, count);
            for (int i = count; i < BLOCK; i++) {
                values[i] = 0;
            }
            float scale = encodeBlock(values, to, codes + block * codeBytes);
            Halves.put(Halves.toF16(scale), to, at + SCALE_BYTES * block);
        }
    }

    /** Reads a block's values, {@link #BLOCK} of them. */
    abstract void decodeBlock(byte[] codes, int at, float scale, float[] to);

    /** Writes a block's codes and gives its scale. */
    abstract float encodeBlock(float[] values, byte[] to, int at);
}
