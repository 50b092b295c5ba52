package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.Scratch;
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
    public void multiply(int row, float[] x, Scratch own, int at) {
        long p = w.rowOffset(row);
        row(memory, p, p + codes, columns, x, own.lanes, at);
    }

    @Override
    public void multiply(int row0, int row1, int row2, int row3, float[] x, Scratch own, int at) {
        four(
                memory,
                w.rowOffset(row0),
                w.rowOffset(row1),
                w.rowOffset(row2),
                w.rowOffset(row3),
                codes,
                columns,
                x,
                own.lanes,
                at);
    }

    private static void row(
            MemorySegment memory, long scales, long codes, int columns, float[] x, float[] to, int toAt) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        for (int i = 0; i < columns; i += Lanes.PAIR) {
            float d = scale(memory, scales, i);
            a = load(memory, codes + i).mul(d).fma(FloatVector.fromArray(Lanes.FLOAT, x, i), a);
            a = load(memory, codes + i + Lanes.COUNT)
                    .mul(d)
                    .fma(FloatVector.fromArray(Lanes.FLOAT, x, i + Lanes.COUNT), a);
        }
        a.intoArray(to, toAt);
    }

    private static void four(
            MemorySegment memory,
            long p0,
            long p1,
            long p2,
            long p3,
            long codes,
            int columns,
            float[] x,
            float[] to,
            int at) {
        FloatVector a0 = FloatVector.zero(Lanes.FLOAT);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        for (int i = 0; i < columns; i += Lanes.PAIR) {
            FloatVector u = FloatVector.fromArray(Lanes.FLOAT, x, i);
            FloatVector v = FloatVector.fromArray(Lanes.FLOAT, x, i + Lanes.COUNT);
            int s = SCALE_BYTES * (i >>> BLOCK_BITS);
            long j = codes + i;
            long k = j + Lanes.COUNT;
            float d = Float.float16ToFloat(memory.get(HALF_FLOAT, p0 + s));
            a0 = ((FloatVector) ByteVector.fromMemorySegment(BYTE, memory, p0 + j, LITTLE)
                            .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0))
                    .mul(d)
                    .fma(u, a0);
            a0 = ((FloatVector) ByteVector.fromMemorySegment(BYTE, memory, p0 + k, LITTLE)
                            .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0))
                    .mul(d)
                    .fma(v, a0);
            d = Float.float16ToFloat(memory.get(HALF_FLOAT, p1 + s));
            a1 = ((FloatVector) ByteVector.fromMemorySegment(BYTE, memory, p1 + j, LITTLE)
                            .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0))
                    .mul(d)
                    .fma(u, a1);
            a1 = ((FloatVector) ByteVector.fromMemorySegment(BYTE, memory, p1 + k, LITTLE)
                            .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0))
                    .mul(d)
                    .fma(v, a1);
            d = Float.float16ToFloat(memory.get(HALF_FLOAT, p2 + s));
            a2 = ((FloatVector) ByteVector.fromMemorySegment(BYTE, memory, p2 + j, LITTLE)
                            .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0))
                    .mul(d)
                    .fma(u, a2);
            a2 = ((FloatVector) ByteVector.fromMemorySegment(BYTE, memory, p2 + k, LITTLE)
                            .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0))
                    .mul(d)
                    .fma(v, a2);
            d = Float.float16ToFloat(memory.get(HALF_FLOAT, p3 + s));
            a3 = ((FloatVector) ByteVector.fromMemorySegment(BYTE, memory, p3 + j, LITTLE)
                            .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0))
                    .mul(d)
                    .fma(u, a3);
            a3 = ((FloatVector) ByteVector.fromMemorySegment(BYTE, memory, p3 + k, LITTLE)
                            .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0))
                    .mul(d)
                    .fma(v, a3);
        }
        int n = Lanes.COUNT;
        a0.intoArray(to, at);
        a1.intoArray(to, at + n);
        a2.intoArray(to, at + 2 * n);
        a3.intoArray(to, at + 3 * n);
    }

    @Override
    public void unpack(int row, float[] to, int at, Scratch own) {
        long p = w.rowOffset(row);
        for (int i = 0; i < columns; i += Lanes.COUNT) {
            load(memory, p + codes + i).mul(scale(memory, p, i)).intoArray(to, at + i);
        }
    }

    private static FloatVector load(MemorySegment memory, long at) {
        return (FloatVector) ByteVector.fromMemorySegment(BYTE, memory, at, LITTLE)
                .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0);
    }
}
