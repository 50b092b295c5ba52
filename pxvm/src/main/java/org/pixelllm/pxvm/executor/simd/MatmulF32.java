package org.pixelllm.pxvm.executor.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.weights.WeightTensor;

/** f32 weights: four rows of w at a time share each load of x, one accumulator a row. */
final class MatmulF32 extends MatmulKernel {

    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE);

    MatmulF32(Instruction in, WeightTensor w, float[] bias, Workers workers) {
        super(in, w, bias, workers);
    }

    @Override
    void multiply(float[] x, int n, float[] y, int from, int to) {
        MemorySegment memory = w.pages().memory();
        long at = w.rowOffset(from);
        long stride = w.stride();
        int columns = w.columns();
        int o = from;
        for (; o + 4 <= to; o += 4, at += 4 * stride) {
            for (int r = 0; r < n; r++) {
                four(memory, at, stride, x, r * columns, columns, y, r * w.rows() + o, bias, o);
            }
        }
        for (; o < to; o++, at += stride) {
            for (int r = 0; r < n; r++) {
                y[r * w.rows() + o] = one(memory, at, x, r * columns, columns) + bias[o];
            }
        }
    }

    private static void four(
            MemorySegment memory,
            long at,
            long stride,
            float[] x,
            int xAt,
            int columns,
            float[] y,
            int yAt,
            float[] bias,
            int o) {
        FloatVector a0 = FloatVector.zero(Lanes.FLOAT);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        int whole = Lanes.FLOAT.loopBound(columns);
        long p = at;
        for (int i = 0; i < whole; i += Lanes.COUNT, p += 4L * Lanes.COUNT) {
            FloatVector v = FloatVector.fromArray(Lanes.FLOAT, x, xAt + i);
            a0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p, LITTLE).fma(v, a0);
            a1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p + stride, LITTLE)
                    .fma(v, a1);
            a2 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p + 2 * stride, LITTLE)
                    .fma(v, a2);
            a3 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p + 3 * stride, LITTLE)
                    .fma(v, a3);
        }
        y[yAt] = Lanes.sum(a0) + tail(memory, at, x, xAt, whole, columns) + bias[o];
        y[yAt + 1] = Lanes.sum(a1) + tail(memory, at + stride, x, xAt, whole, columns) + bias[o + 1];
        y[yAt + 2] = Lanes.sum(a2) + tail(memory, at + 2 * stride, x, xAt, whole, columns) + bias[o + 2];
        y[yAt + 3] = Lanes.sum(a3) + tail(memory, at + 3 * stride, x, xAt, whole, columns) + bias[o + 3];
    }

    private static float one(MemorySegment memory, long at, float[] x, int xAt, int columns) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        int whole = Lanes.FLOAT.loopBound(columns);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            FloatVector v = FloatVector.fromArray(Lanes.FLOAT, x, xAt + i);
            a = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, at + 4L * i, LITTLE)
                    .fma(v, a);
        }
        return Lanes.sum(a) + tail(memory, at, x, xAt, whole, columns);
    }

    private static float tail(MemorySegment memory, long at, float[] x, int xAt, int from, int columns) {
        float sum = 0;
        for (int i = from; i < columns; i++) {
            sum = Math.fma(memory.get(FLOAT, at + 4L * i), x[xAt + i], sum);
        }
        return sum;
    }
}
