package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.Scratch;
import org.pixelllm.pxvm.weights.WeightTensor;

/** 32-bit floats. */
final class F32Rows extends WeightRows {

    F32Rows(WeightTensor w) {
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
            long p = at + 4L * i;
            a = load(memory, p).fma(FloatVector.fromArray(Lanes.FLOAT, x, i), a);
            a = load(memory, p + 4L * Lanes.COUNT).fma(FloatVector.fromArray(Lanes.FLOAT, x, i + Lanes.COUNT), a);
        }
        if (whole < columns) {
            long p = at + 4L * whole;
            a = load(memory, p, firstTail).fma(FloatVector.fromArray(Lanes.FLOAT, x, whole, firstTail), a);
            if (whole + Lanes.COUNT < columns) {
                int second = whole + Lanes.COUNT;
                a = load(memory, p + 4L * Lanes.COUNT, secondTail)
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
            long j = 4L * i;
            long k = j + 4L * Lanes.COUNT;
            a0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p0 + j, LITTLE)
                    .fma(u, a0);
            a0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p0 + k, LITTLE)
                    .fma(v, a0);
            a1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p1 + j, LITTLE)
                    .fma(u, a1);
            a1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p1 + k, LITTLE)
                    .fma(v, a1);
            a2 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p2 + j, LITTLE)
                    .fma(u, a2);
            a2 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p2 + k, LITTLE)
                    .fma(v, a2);
            a3 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p3 + j, LITTLE)
                    .fma(u, a3);
            a3 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p3 + k, LITTLE)
                    .fma(v, a3);
        }
        if (whole < columns) {
            FloatVector u = FloatVector.fromArray(Lanes.FLOAT, x, whole);
            long j = 4L * whole;
            a0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p0 + j, LITTLE)
                    .fma(u, a0);
            a1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p1 + j, LITTLE)
                    .fma(u, a1);
            a2 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p2 + j, LITTLE)
                    .fma(u, a2);
            a3 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p3 + j, LITTLE)
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
            load(memory, p + 4L * i).intoArray(to, at + i);
        }
        if (whole < columns) {
            load(memory, p + 4L * whole, firstTail).intoArray(to, at + whole);
            FloatVector second = FloatVector.zero(Lanes.FLOAT);
            if (whole + Lanes.COUNT < columns) {
                second = load(memory, p + 4L * (whole + Lanes.COUNT), secondTail);
            }
            second.intoArray(to, at + whole + Lanes.COUNT);
        }
    }

    private static FloatVector load(MemorySegment memory, long at) {
        return FloatVector.fromMemorySegment(Lanes.FLOAT, memory, at, LITTLE);
    }

    /** Lanes beyond the row are zero, whatever stands there. */
    private static FloatVector load(MemorySegment memory, long at, VectorMask<Float> lanes) {
        return FloatVector.fromMemorySegment(Lanes.FLOAT, memory, at, LITTLE, lanes);
    }
}
