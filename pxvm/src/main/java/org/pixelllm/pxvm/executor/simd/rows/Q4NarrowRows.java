package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.Scratch;
import org.pixelllm.pxvm.weights.WeightTensor;

/** Blocks of nibbles, for vectors of fewer than 16 lanes. A block's low nibbles are its first half, high ones its second. */
final class Q4NarrowRows extends BlockRows {

    private static final int HALF = BLOCK / 2;
    private static final int NIBBLE = 4;

    Q4NarrowRows(WeightTensor w) {
        super(w);
    }

    @Override
    public void multiply(int row, float[] x, Scratch own, int at) {
        long p = w.rowOffset(row);
        row(memory, p, p + codes, columns, x, own.lanes, at);
    }

    @SuppressWarnings("NarrowCalculation") // A row's codes are fewer than an int can count.
    private static void row(
            MemorySegment memory, long scales, long codes, int columns, float[] x, float[] to, int toAt) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        for (int half = 0; half < columns; half += HALF) {
            float d = scale(memory, scales, half);
            long p = codes + half / BLOCK * HALF;
            int shift = half % BLOCK / HALF * NIBBLE;
            for (int i = 0; i < HALF; i += Lanes.PAIR) {
                a = load(memory, p + i, shift).mul(d).fma(FloatVector.fromArray(Lanes.FLOAT, x, half + i), a);
                a = load(memory, p + i + Lanes.COUNT, shift)
                        .mul(d)
                        .fma(FloatVector.fromArray(Lanes.FLOAT, x, half + i + Lanes.COUNT), a);
            }
        }
        a.intoArray(to, toAt);
    }

    @Override
    public void unpack(int row, float[] to, int at, Scratch own) {
        long p = w.rowOffset(row);
        for (int block = 0; block < columns; block += BLOCK) {
            float d = scale(memory, p, block);
            for (int i = 0; i < HALF; i += Lanes.COUNT) {
                long q = p + codes + block / 2 + i;
                load(memory, q, 0).mul(d).intoArray(to, at + block + i);
                load(memory, q, NIBBLE).mul(d).intoArray(to, at + block + HALF + i);
            }
        }
    }

    /** The low nibbles of bytes, or the high ones, as numbers from −8 to 7. */
    private static FloatVector load(MemorySegment memory, long at, int shift) {
        IntVector bytes = (IntVector) ByteVector.fromMemorySegment(Q8Rows.BYTE, memory, at, LITTLE)
                .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0);
        return (FloatVector) bytes.lanewise(VectorOperators.LSHR, shift)
                .and((1 << NIBBLE) - 1)
                .sub(1 << (NIBBLE - 1))
                .convertShape(VectorOperators.I2F, Lanes.FLOAT, 0);
    }
}
