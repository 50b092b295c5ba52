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
    void multiply(int from, int count, float[] x, int xAt, Scratch own) {
        long at = w.rowOffset(from);
        for (int i = 0; i < count; i++, at += w.stride()) {
            scales(memory, at, columns, own.scales);
            row(memory, at + codes, columns, x, xAt, own.scales, own.lanes, i * Lanes.COUNT);
        }
    }

    private static void row(
            MemorySegment memory, long at, int columns, float[] x, int xAt, float[] scales, float[] to, int toAt) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        FloatVector b = a;
        for (int block = 0; block < columns; block += BLOCK) {
            float d = scales[block / BLOCK];
            for (int i = block; i < block + BLOCK; i += Lanes.PAIR) {
                a = load(memory, at + i).mul(d).fma(FloatVector.fromArray(Lanes.FLOAT, x, xAt + i), a);
                b = load(memory, at + i + Lanes.COUNT)
                        .mul(d)
                        .fma(FloatVector.fromArray(Lanes.FLOAT, x, xAt + i + Lanes.COUNT), b);
            }
        }
        a.add(b).intoArray(to, toAt);
    }

    @Override
    void unpack(int row, float[] to, int at, Scratch own) {
        long p = w.rowOffset(row);
        scales(memory, p, columns, own.scales);
        for (int i = 0; i < columns; i += Lanes.COUNT) {
            load(memory, p + codes + i).mul(own.scales[i / BLOCK]).intoArray(to, at + i);
        }
    }

    private static FloatVector load(MemorySegment memory, long at) {
        return (FloatVector) ByteVector.fromMemorySegment(BYTE, memory, at, LITTLE)
                .convertShape(VectorOperators.B2I, Lanes.INT, 0)
                .convertShape(VectorOperators.I2F, Lanes.FLOAT, 0);
    }
}
