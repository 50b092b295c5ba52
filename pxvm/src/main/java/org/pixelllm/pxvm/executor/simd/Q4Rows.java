package org.pixelllm.pxvm.executor.simd;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * Blocks of nibbles, for vectors of 16 lanes: a block's 16 possible values are one vector, in which nibbles are looked up.
 * Low nibbles are a block's first vector, high ones its second.
 */
final class Q4Rows extends BlockRows {

    /** The lanes that this class is for. */
    static final int LANES = 16;

    private static final int HALF = BLOCK / 2;
    private static final FloatVector VALUES = values();

    Q4Rows(WeightTensor w) {
        super(w);
    }

    private static FloatVector values() {
        float[] values = new float[Lanes.COUNT];
        for (int i = 0; i < values.length; i++) {
            values[i] = i - HALF / 2;
        }
        return FloatVector.fromArray(Lanes.FLOAT, values, 0);
    }

    @Override
    void multiply(int from, int count, float[] x, Scratch own) {
        long at = w.rowOffset(from);
        for (int i = 0; i < count; i++, at += w.stride()) {
            row(memory, at, at + codes, columns, x, own.lanes, i * Lanes.COUNT);
        }
    }

    private static void row(
            MemorySegment memory, long scales, long codes, int columns, float[] x, float[] to, int toAt) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        FloatVector b = a;
        for (int i = 0; i < columns; i += BLOCK) {
            IntVector n = load(memory, codes + (i >> 1));
            IntVector values = VALUES.mul(scale(memory, scales, i)).reinterpretAsInts();
            a = n.selectFrom(values).reinterpretAsFloats().fma(FloatVector.fromArray(Lanes.FLOAT, x, i), a);
            b = n.lanewise(VectorOperators.LSHR, 4)
                    .selectFrom(values)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromArray(Lanes.FLOAT, x, i + HALF), b);
        }
        a.add(b).intoArray(to, toAt);
    }

    @Override
    void unpack(int row, float[] to, int at, Scratch own) {
        long p = w.rowOffset(row);
        for (int i = 0; i < columns; i += BLOCK) {
            IntVector n = load(memory, p + codes + (i >> 1));
            IntVector values = VALUES.mul(scale(memory, p, i)).reinterpretAsInts();
            n.selectFrom(values).reinterpretAsFloats().intoArray(to, at + i);
            n.lanewise(VectorOperators.LSHR, 4)
                    .selectFrom(values)
                    .reinterpretAsFloats()
                    .intoArray(to, at + i + HALF);
        }
    }

    /** A block's bytes; looking up takes their low four bits. */
    private static IntVector load(MemorySegment memory, long at) {
        return (IntVector) ByteVector.fromMemorySegment(Q8Rows.BYTE, memory, at, LITTLE)
                .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0);
    }
}
