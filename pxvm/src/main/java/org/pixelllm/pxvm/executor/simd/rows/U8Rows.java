package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.Scratch;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * Affine bytes: {@code Σ x·(q·s + min) = s·Σ x·q + min·Σ x}, so that the bytes are used as they lie and the range is
 * applied once a dot product.
 */
final class U8Rows extends WeightRows {

    private final float scale;
    private final float min;

    U8Rows(WeightTensor w) {
        super(w);
        this.scale = (w.range().max() - w.range().min()) / 255f;
        this.min = w.range().min();
    }

    @Override
    public void multiply(int row, float[] x, Scratch own, int at) {
        row(memory, w.rowOffset(row), whole, columns, x, own.lanes, at, firstTail, secondTail);
    }

    @Override
    public void multiply(int row0, int row1, int row2, int row3, float[] x, Scratch own, int at) {
        if (whole < columns) {
            super.multiply(row0, row1, row2, row3, x, own, at);
            return;
        }
        four(
                memory,
                w.rowOffset(row0),
                w.rowOffset(row1),
                w.rowOffset(row2),
                w.rowOffset(row3),
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
            a = load(memory, at + i).fma(FloatVector.fromArray(Lanes.FLOAT, x, i), a);
            a = load(memory, at + i + Lanes.COUNT).fma(FloatVector.fromArray(Lanes.FLOAT, x, i + Lanes.COUNT), a);
        }
        if (whole < columns) {
            a = load(memory, at + whole, firstTail).fma(FloatVector.fromArray(Lanes.FLOAT, x, whole, firstTail), a);
            if (whole + Lanes.COUNT < columns) {
                int second = whole + Lanes.COUNT;
                a = load(memory, at + whole + Lanes.COUNT, secondTail)
                        .fma(FloatVector.fromArray(Lanes.FLOAT, x, second, secondTail), a);
            }
        }
        a.intoArray(to, toAt);
    }

    private static void four(
            MemorySegment memory, long p0, long p1, long p2, long p3, int columns, float[] x, float[] to, int at) {
        memory.get(PLAIN, p0);
        FloatVector a0 = FloatVector.zero(Lanes.FLOAT);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        for (int i = 0; i < columns; i += Lanes.PAIR) {
            FloatVector u = FloatVector.fromArray(Lanes.FLOAT, x, i);
            FloatVector v = FloatVector.fromArray(Lanes.FLOAT, x, i + Lanes.COUNT);
            int k = i + Lanes.COUNT;
            a0 = ((FloatVector) ByteVector.fromMemorySegment(Q8Rows.BYTE, memory, p0 + i, LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0)
                            .convertShape(VectorOperators.I2F, Lanes.FLOAT, 0))
                    .fma(u, a0);
            a0 = ((FloatVector) ByteVector.fromMemorySegment(Q8Rows.BYTE, memory, p0 + k, LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0)
                            .convertShape(VectorOperators.I2F, Lanes.FLOAT, 0))
                    .fma(v, a0);
            a1 = ((FloatVector) ByteVector.fromMemorySegment(Q8Rows.BYTE, memory, p1 + i, LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0)
                            .convertShape(VectorOperators.I2F, Lanes.FLOAT, 0))
                    .fma(u, a1);
            a1 = ((FloatVector) ByteVector.fromMemorySegment(Q8Rows.BYTE, memory, p1 + k, LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0)
                            .convertShape(VectorOperators.I2F, Lanes.FLOAT, 0))
                    .fma(v, a1);
            a2 = ((FloatVector) ByteVector.fromMemorySegment(Q8Rows.BYTE, memory, p2 + i, LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0)
                            .convertShape(VectorOperators.I2F, Lanes.FLOAT, 0))
                    .fma(u, a2);
            a2 = ((FloatVector) ByteVector.fromMemorySegment(Q8Rows.BYTE, memory, p2 + k, LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0)
                            .convertShape(VectorOperators.I2F, Lanes.FLOAT, 0))
                    .fma(v, a2);
            a3 = ((FloatVector) ByteVector.fromMemorySegment(Q8Rows.BYTE, memory, p3 + i, LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0)
                            .convertShape(VectorOperators.I2F, Lanes.FLOAT, 0))
                    .fma(u, a3);
            a3 = ((FloatVector) ByteVector.fromMemorySegment(Q8Rows.BYTE, memory, p3 + k, LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0)
                            .convertShape(VectorOperators.I2F, Lanes.FLOAT, 0))
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
        memory.get(PLAIN, w.rowOffset(row));
        long p = w.rowOffset(row);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            load(memory, p + i).intoArray(to, at + i);
        }
        if (whole < columns) {
            load(memory, p + whole, firstTail).intoArray(to, at + whole);
            FloatVector second = FloatVector.zero(Lanes.FLOAT);
            if (whole + Lanes.COUNT < columns) {
                second = load(memory, p + whole + Lanes.COUNT, secondTail);
            }
            second.intoArray(to, at + whole + Lanes.COUNT);
        }
    }

    @Override
    public boolean needsSumOfX() {
        return true;
    }

    @Override
    public void finish(float[] y, int from, int to, float sumOfX) {
        for (int i = from; i < to; i++) {
            y[i] = Math.fma(scale, y[i], min * sumOfX);
        }
    }

    private static FloatVector load(MemorySegment memory, long at) {
        return (FloatVector) ByteVector.fromMemorySegment(Q8Rows.BYTE, memory, at, LITTLE)
                .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0)
                .convertShape(VectorOperators.I2F, Lanes.FLOAT, 0);
    }

    /** Lanes beyond the row are zero, whatever stands there: a row's place is filled up to whole vectors. */
    private static FloatVector load(MemorySegment memory, long at, VectorMask<Float> lanes) {
        return FloatVector.zero(Lanes.FLOAT).blend(load(memory, at), lanes);
    }
}
