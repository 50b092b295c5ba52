package org.pixelllm.pxvm.executor.simd;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.pixelllm.pxvm.weights.WeightTensor;

/** 32-bit floats. */
final class F32Rows extends WeightRows {

    F32Rows(WeightTensor w) {
        super(w);
    }

    @Override
    void multiply(int from, int count, float[] x, Scratch own) {
        long at = w.rowOffset(from);
        for (int i = 0; i < count; i++, at += w.stride()) {
            row(memory, at, whole, columns, x, own.lanes, i * Lanes.COUNT, firstTail, secondTail);
        }
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
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        FloatVector b = a;
        for (int i = 0; i < whole; i += Lanes.PAIR) {
            long p = at + 4L * i;
            a = load(memory, p).fma(FloatVector.fromArray(Lanes.FLOAT, x, i), a);
            b = load(memory, p + 4L * Lanes.COUNT).fma(FloatVector.fromArray(Lanes.FLOAT, x, i + Lanes.COUNT), b);
        }
        if (whole < columns) {
            long p = at + 4L * whole;
            a = load(memory, p, firstTail).fma(FloatVector.fromArray(Lanes.FLOAT, x, whole, firstTail), a);
            if (whole + Lanes.COUNT < columns) {
                int second = whole + Lanes.COUNT;
                b = load(memory, p + 4L * Lanes.COUNT, secondTail)
                        .fma(FloatVector.fromArray(Lanes.FLOAT, x, second, secondTail), b);
            }
        }
        a.add(b).intoArray(to, toAt);
    }

    @Override
    void unpack(int row, float[] to, int at, Scratch own) {
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
