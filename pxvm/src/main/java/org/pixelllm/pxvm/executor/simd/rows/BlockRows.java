package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.weights.BlockCodec;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * Blocks of 32 codes with a 16-bit scale. A code times its scale has at most 19 bits of fraction, so that weights are
 * unpacked exactly and every product is the one that the same weights as floats would have. Rows are whole blocks, and
 * blocks whole pairs of vectors; what is not so is left to {@link DecodedRows}.
 */
abstract class BlockRows extends WeightRows {

    static final int BLOCK = BlockCodec.BLOCK;

    // Shifted, not divided: columns are not negative, which the just-in-time compiler does not know.
    static final int BLOCK_BITS = Integer.numberOfTrailingZeros(BLOCK);
    static final int SCALE_BYTES = 2;
    static final ValueLayout.OfShort HALF_FLOAT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE);

    /** From a row's first byte to its first code. */
    final long codes;

    BlockRows(WeightTensor w) {
        super(w);
        this.codes = BlockCodec.codesAt(columns);
    }

    static boolean fits(WeightTensor w) {
        return w.columns() % BLOCK == 0 && BLOCK % Lanes.PAIR == 0;
    }

    /**
     * The scale of a column's block.
     *
     * @param scales where those of its row begin
     */
    @SuppressWarnings("NarrowCalculation") // A row has fewer blocks than an int can count bytes.
    static float scale(MemorySegment memory, long scales, int column) {
        return Float.float16ToFloat(memory.get(HALF_FLOAT, scales + SCALE_BYTES * (column >>> BLOCK_BITS)));
    }
}
