package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.Scratch;
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
        for (int i = 0; i < columns; i += BLOCK) {
            IntVector n = load(memory, codes + (i >> 1));
            IntVector values = VALUES.mul(scale(memory, scales, i)).reinterpretAsInts();
            a = n.selectFrom(values).reinterpretAsFloats().fma(FloatVector.fromArray(Lanes.FLOAT, x, i), a);
            a = n.lanewise(VectorOperators.LSHR, 4)
                    .selectFrom(values)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromArray(Lanes.FLOAT, x, i + HALF), a);
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
        for (int i = 0; i < columns; i += BLOCK) {
            FloatVector u = FloatVector.fromArray(Lanes.FLOAT, x, i);
            FloatVector v = FloatVector.fromArray(Lanes.FLOAT, x, i + HALF);
            int s = SCALE_BYTES * (i >>> BLOCK_BITS);
            long j = codes + (i >> 1);
            IntVector n = (IntVector) ByteVector.fromMemorySegment(Q8Rows.BYTE, memory, p0 + j, LITTLE)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0);
            IntVector values = VALUES.mul(Float.float16ToFloat(memory.get(HALF_FLOAT, p0 + s)))
                    .reinterpretAsInts();
            a0 = n.selectFrom(values).reinterpretAsFloats().fma(u, a0);
            a0 = n.lanewise(VectorOperators.LSHR, 4)
                    .selectFrom(values)
                    .reinterpretAsFloats()
                    .fma(v, a0);
            n = (IntVector) ByteVector.fromMemorySegment(Q8Rows.BYTE, memory, p1 + j, LITTLE)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0);
            values = VALUES.mul(Float.float16ToFloat(memory.get(HALF_FLOAT, p1 + s)))
                    .reinterpretAsInts();
            a1 = n.selectFrom(values).reinterpretAsFloats().fma(u, a1);
            a1 = n.lanewise(VectorOperators.LSHR, 4)
                    .selectFrom(values)
                    .reinterpretAsFloats()
                    .fma(v, a1);
            n = (IntVector) ByteVector.fromMemorySegment(Q8Rows.BYTE, memory, p2 + j, LITTLE)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0);
            values = VALUES.mul(Float.float16ToFloat(memory.get(HALF_FLOAT, p2 + s)))
                    .reinterpretAsInts();
            a2 = n.selectFrom(values).reinterpretAsFloats().fma(u, a2);
            a2 = n.lanewise(VectorOperators.LSHR, 4)
                    .selectFrom(values)
                    .reinterpretAsFloats()
                    .fma(v, a2);
            n = (IntVector) ByteVector.fromMemorySegment(Q8Rows.BYTE, memory, p3 + j, LITTLE)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0);
            values = VALUES.mul(Float.float16ToFloat(memory.get(HALF_FLOAT, p3 + s)))
                    .reinterpretAsInts();
            a3 = n.selectFrom(values).reinterpretAsFloats().fma(u, a3);
            a3 = n.lanewise(VectorOperators.LSHR, 4)
                    .selectFrom(values)
                    .reinterpretAsFloats()
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
