package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.Scratch;
import org.pixelllm.pxvm.weights.WeightTensor;

/** The upper halves of 32-bit floats. */
final class Bf16Rows extends WeightRows {

    private static final VectorSpecies<Short> SHORT =
            VectorSpecies.of(short.class, VectorShape.forBitSize(Math.max(64, 16 * Lanes.COUNT)));

    Bf16Rows(WeightTensor w) {
        super(w);
    }

    @Override
    public void multiply(int row, float[] x, Scratch own, int at) {
        row(memory, w.rowOffset(row), whole, columns, x, own.lanes, at, firstTail, secondTail);
    }

    @Override
    public void multiply(int row0, int row1, int row2, int row3, float[] x, Scratch own, int at) {
        if (columns % Lanes.COUNT != 0) {
            super.multiply(row0, row1, row2, row3, x, own, at);
            return;
        }
        four(
                memory,
                w.rowOffset(row0),
                w.rowOffset(row1),
                w.rowOffset(row2),
                w.rowOffset(row3),
                whole,
                columns,
                x,
                own.lanes,
                at);
    }

    private static void row(
            MemorySegment memory,
            long at,
            int whole,
            int columns,
            float[] x,
            float[] to,
            int toAt,
            VectorMask<Float> firstTail,
            VectorMask<Float> secondTail) {
        memory.get(PLAIN, at);
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        for (int i = 0; i < whole; i += Lanes.PAIR) {
            long p = at + 2L * i;
            a = load(memory, p).fma(FloatVector.fromArray(Lanes.FLOAT, x, i), a);
            a = load(memory, p + 2L * Lanes.COUNT).fma(FloatVector.fromArray(Lanes.FLOAT, x, i + Lanes.COUNT), a);
        }
        if (whole < columns) {
            long p = at + 2L * whole;
            a = load(memory, p, firstTail).fma(FloatVector.fromArray(Lanes.FLOAT, x, whole, firstTail), a);
            if (whole + Lanes.COUNT < columns) {
                int second = whole + Lanes.COUNT;
                a = load(memory, p + 2L * Lanes.COUNT, secondTail)
                        .fma(FloatVector.fromArray(Lanes.FLOAT, x, second, secondTail), a);
            }
        }
        a.intoArray(to, toAt);
    }

    private static void four(
            MemorySegment memory,
            long p0,
            long p1,
            long p2,
            long p3,
            int whole,
            int columns,
            float[] x,
            float[] to,
            int at) {
        memory.get(PLAIN, p0);
        FloatVector a0 = FloatVector.zero(Lanes.FLOAT);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        for (int i = 0; i < whole; i += Lanes.PAIR) {
            FloatVector u = FloatVector.fromArray(Lanes.FLOAT, x, i);
            FloatVector v = FloatVector.fromArray(Lanes.FLOAT, x, i + Lanes.COUNT);
            long j = 2L * i;
            long k = j + 2L * Lanes.COUNT;
            a0 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p0 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(u, a0);
            a0 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p0 + k, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(v, a0);
            a1 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p1 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(u, a1);
            a1 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p1 + k, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(v, a1);
            a2 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p2 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(u, a2);
            a2 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p2 + k, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(v, a2);
            a3 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p3 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(u, a3);
            a3 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p3 + k, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(v, a3);
        }
        if (whole < columns) {
            FloatVector u = FloatVector.fromArray(Lanes.FLOAT, x, whole);
            long j = 2L * whole;
            a0 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p0 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(u, a0);
            a1 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p1 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(u, a1);
            a2 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p2 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(u, a2);
            a3 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p3 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(u, a3);
        }
        int n = Lanes.COUNT;
        a0.intoArray(to, at);
        a1.intoArray(to, at + n);
        a2.intoArray(to, at + 2 * n);
        a3.intoArray(to, at + 3 * n);
    }

    @Override
    public void unpack(int row, float[] to, int at, Scratch own) {
        memory.get(PLAIN, w.rowOffset(row));
        long p = w.rowOffset(row);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            load(memory, p + 2L * i).intoArray(to, at + i);
        }
        if (whole < columns) {
            load(memory, p + 2L * whole, firstTail).intoArray(to, at + whole);
            FloatVector second = FloatVector.zero(Lanes.FLOAT);
            if (whole + Lanes.COUNT < columns) {
                second = load(memory, p + 2L * (whole + Lanes.COUNT), secondTail);
            }
            second.intoArray(to, at + whole + Lanes.COUNT);
        }
    }

    private static FloatVector load(MemorySegment memory, long at) {
        IntVector bits = (IntVector) ShortVector.fromMemorySegment(SHORT, memory, at, LITTLE)
                .convertShape(VectorOperators.S2I, Lanes.INT, 0);
        return bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    /** Lanes beyond the row are zero, whatever stands there: a row's place is filled up to whole vectors. */
    private static FloatVector load(MemorySegment memory, long at, VectorMask<Float> lanes) {
        return FloatVector.zero(Lanes.FLOAT).blend(load(memory, at), lanes);
    }
}
