package org.pixelllm.pxvm.executor.simd;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.pixelllm.pxvm.weights.BlockCodec;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * Blocks of 32 codes with a 16-bit scale. A code times its scale has at most 19 bits of fraction, so that weights are
 * unpacked exactly and every product is the one that the same weights as floats would have. Rows are whole blocks, and
 * blocks whole pairs of vectors; what is not so is left to {@link DecodedRows}.
 */
abstract class BlockRows extends WeightRows {

    static final int BLOCK = BlockCodec.BLOCK;

    private static final VectorSpecies<Short> SHORT =
            VectorSpecies.of(short.class, VectorShape.forBitSize(Math.max(64, 16 * Lanes.COUNT)));

    /** From a row's first byte to its first code. */
    final long codes;

    BlockRows(WeightTensor w) {
        super(w);
        this.codes = BlockCodec.codesAt(columns);
    }

    static boolean fits(WeightTensor w) {
        return w.columns() % BLOCK == 0 && BLOCK % Lanes.PAIR == 0;
    }

    /** Reads the scales of a row that begins at {@code at}. They are filled up to 64 bytes there. */
    static void scales(MemorySegment memory, long at, int columns, float[] to) {
        int blocks = BlockCodec.blocks(columns);
        for (int i = 0; i < blocks; i += Lanes.COUNT) {
            IntVector bits = (IntVector) ShortVector.fromMemorySegment(SHORT, memory, at + 2L * i, LITTLE)
                    .convertShape(VectorOperators.S2I, Lanes.INT, 0);
            bits.lanewise(VectorOperators.LSHL, 13)
                    .and(F16Rows.PLACES)
                    .reinterpretAsFloats()
                    .mul(F16Rows.POWER)
                    .intoArray(to, i);
        }
    }
}
