package org.pixelllm.pxvm.executor.simd;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.pixelllm.pxvm.weights.WeightTensor;

/** Blocks of signed bytes. */
final class Q8Rows extends BlockRows {

    /** At least 8 bytes: a load may be wider than the lanes it feeds, and stays within the row's place. */
    static final VectorSpecies<Byte> BYTE =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * Lanes.COUNT)));

    Q8Rows(WeightTensor w) {
        super(w);
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
        for (int i = 0; i < columns; i += Lanes.PAIR) {
            float d = scale(memory, scales, i);
            a = load(memory, codes + i).mul(d).fma(FloatVector.fromArray(Lanes.FLOAT, x, i), a);
            b = load(memory, codes + i + Lanes.COUNT)
                    .mul(d)
                    .fma(FloatVector.fromArray(Lanes.FLOAT, x, i + Lanes.COUNT), b);
        }
        a.add(b).intoArray(to, toAt);
    }

    @Override
    void unpack(int row, float[] to, int at, Scratch own) {
        long p = w.rowOffset(row);
        for (int i = 0; i < columns; i += Lanes.COUNT) {
            load(memory, p + codes + i).mul(scale(memory, p, i)).intoArray(to, at + i);
        }
    }

    private static FloatVector load(MemorySegment memory, long at) {
        return (FloatVector) ByteVector.fromMemorySegment(BYTE, memory, at, LITTLE)
                .convertShape(VectorOperators.B2I, Lanes.INT, 0)
                .convertShape(VectorOperators.I2F, Lanes.FLOAT, 0);
    }
}
