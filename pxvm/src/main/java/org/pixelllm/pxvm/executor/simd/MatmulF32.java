package org.pixelllm.pxvm.executor.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * f32 weights. Several rows of w share each load of x, and several rows of x each load of w; every dot product has one
 * accumulator, so that its bits do not depend on which of the tiles computed it.
 */
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
        for (; n == 1 && o + 8 <= to; o += 8, at += 8 * stride) {
            eight(memory, at, stride, x, columns, y, o);
            bias(y, o, 8, o);
        }
        for (; o + 4 <= to; o += 4, at += 4 * stride) {
            int r = 0;
            for (; r + 4 <= n; r += 4) {
                fourByFour(memory, at, stride, x, r * columns, columns, y, r * w.rows() + o, w.rows());
            }
            for (; r < n; r++) {
                four(memory, at, stride, x, r * columns, columns, y, r * w.rows() + o);
            }
            for (r = 0; r < n; r++) {
                bias(y, r * w.rows() + o, 4, o);
            }
        }
        for (; o < to; o++, at += stride) {
            for (int r = 0; r < n; r++) {
                y[r * w.rows() + o] = one(memory, at, x, r * columns, columns) + bias[o];
            }
        }
    }

    private void bias(float[] y, int yAt, int count, int o) {
        for (int i = 0; i < count; i++) {
            y[yAt + i] += bias[o + i];
        }
    }

    private static FloatVector load(MemorySegment memory, long at) {
        return FloatVector.fromMemorySegment(Lanes.FLOAT, memory, at, LITTLE);
    }

    private static void eight(MemorySegment memory, long at, long stride, float[] x, int columns, float[] y, int yAt) {
        FloatVector a0 = FloatVector.zero(Lanes.FLOAT);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector a4 = a0;
        FloatVector a5 = a0;
        FloatVector a6 = a0;
        FloatVector a7 = a0;
        int whole = Lanes.FLOAT.loopBound(columns);
        long p = at;
        for (int i = 0; i < whole; i += Lanes.COUNT, p += 4L * Lanes.COUNT) {
            FloatVector v = FloatVector.fromArray(Lanes.FLOAT, x, i);
            a0 = load(memory, p).fma(v, a0);
            a1 = load(memory, p + stride).fma(v, a1);
            a2 = load(memory, p + 2 * stride).fma(v, a2);
            a3 = load(memory, p + 3 * stride).fma(v, a3);
            a4 = load(memory, p + 4 * stride).fma(v, a4);
            a5 = load(memory, p + 5 * stride).fma(v, a5);
            a6 = load(memory, p + 6 * stride).fma(v, a6);
            a7 = load(memory, p + 7 * stride).fma(v, a7);
        }
        y[yAt] = end(a0, memory, at, x, 0, whole, columns);
        y[yAt + 1] = end(a1, memory, at + stride, x, 0, whole, columns);
        y[yAt + 2] = end(a2, memory, at + 2 * stride, x, 0, whole, columns);
        y[yAt + 3] = end(a3, memory, at + 3 * stride, x, 0, whole, columns);
        y[yAt + 4] = end(a4, memory, at + 4 * stride, x, 0, whole, columns);
        y[yAt + 5] = end(a5, memory, at + 5 * stride, x, 0, whole, columns);
        y[yAt + 6] = end(a6, memory, at + 6 * stride, x, 0, whole, columns);
        y[yAt + 7] = end(a7, memory, at + 7 * stride, x, 0, whole, columns);
    }

    /** Rows of w by rows of x: accumulator {@code aij} is row i of w times row j of x. */
    private static void fourByFour(
            MemorySegment memory,
            long at,
            long stride,
            float[] x,
            int xAt,
            int columns,
            float[] y,
            int yAt,
            int yStep) {
        FloatVector a00 = FloatVector.zero(Lanes.FLOAT);
        FloatVector a01 = a00;
        FloatVector a02 = a00;
        FloatVector a03 = a00;
        FloatVector a10 = a00;
        FloatVector a11 = a00;
        FloatVector a12 = a00;
        FloatVector a13 = a00;
        FloatVector a20 = a00;
        FloatVector a21 = a00;
        FloatVector a22 = a00;
        FloatVector a23 = a00;
        FloatVector a30 = a00;
        FloatVector a31 = a00;
        FloatVector a32 = a00;
        FloatVector a33 = a00;
        int x1 = xAt + columns;
        int x2 = x1 + columns;
        int x3 = x2 + columns;
        int whole = Lanes.FLOAT.loopBound(columns);
        long p = at;
        for (int i = 0; i < whole; i += Lanes.COUNT, p += 4L * Lanes.COUNT) {
            FloatVector v0 = FloatVector.fromArray(Lanes.FLOAT, x, xAt + i);
            FloatVector v1 = FloatVector.fromArray(Lanes.FLOAT, x, x1 + i);
            FloatVector v2 = FloatVector.fromArray(Lanes.FLOAT, x, x2 + i);
            FloatVector v3 = FloatVector.fromArray(Lanes.FLOAT, x, x3 + i);
            FloatVector w0 = load(memory, p);
            a00 = w0.fma(v0, a00);
            a01 = w0.fma(v1, a01);
            a02 = w0.fma(v2, a02);
            a03 = w0.fma(v3, a03);
            FloatVector w1 = load(memory, p + stride);
            a10 = w1.fma(v0, a10);
            a11 = w1.fma(v1, a11);
            a12 = w1.fma(v2, a12);
            a13 = w1.fma(v3, a13);
            FloatVector w2 = load(memory, p + 2 * stride);
            a20 = w2.fma(v0, a20);
            a21 = w2.fma(v1, a21);
            a22 = w2.fma(v2, a22);
            a23 = w2.fma(v3, a23);
            FloatVector w3 = load(memory, p + 3 * stride);
            a30 = w3.fma(v0, a30);
            a31 = w3.fma(v1, a31);
            a32 = w3.fma(v2, a32);
            a33 = w3.fma(v3, a33);
        }
        ends(a00, a01, a02, a03, memory, at, x, xAt, whole, columns, y, yAt, yStep);
        ends(a10, a11, a12, a13, memory, at + stride, x, xAt, whole, columns, y, yAt + 1, yStep);
        ends(a20, a21, a22, a23, memory, at + 2 * stride, x, xAt, whole, columns, y, yAt + 2, yStep);
        ends(a30, a31, a32, a33, memory, at + 3 * stride, x, xAt, whole, columns, y, yAt + 3, yStep);
    }

    private static void ends(
            FloatVector a0,
            FloatVector a1,
            FloatVector a2,
            FloatVector a3,
            MemorySegment memory,
            long at,
            float[] x,
            int xAt,
            int whole,
            int columns,
            float[] y,
            int yAt,
            int yStep) {
        y[yAt] = end(a0, memory, at, x, xAt, whole, columns);
        y[yAt + yStep] = end(a1, memory, at, x, xAt + columns, whole, columns);
        y[yAt + 2 * yStep] = end(a2, memory, at, x, xAt + 2 * columns, whole, columns);
        y[yAt + 3 * yStep] = end(a3, memory, at, x, xAt + 3 * columns, whole, columns);
    }

    private static void four(
            MemorySegment memory, long at, long stride, float[] x, int xAt, int columns, float[] y, int yAt) {
        FloatVector a0 = FloatVector.zero(Lanes.FLOAT);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        int whole = Lanes.FLOAT.loopBound(columns);
        long p = at;
        for (int i = 0; i < whole; i += Lanes.COUNT, p += 4L * Lanes.COUNT) {
            FloatVector v = FloatVector.fromArray(Lanes.FLOAT, x, xAt + i);
            a0 = load(memory, p).fma(v, a0);
            a1 = load(memory, p + stride).fma(v, a1);
            a2 = load(memory, p + 2 * stride).fma(v, a2);
            a3 = load(memory, p + 3 * stride).fma(v, a3);
        }
        y[yAt] = end(a0, memory, at, x, xAt, whole, columns);
        y[yAt + 1] = end(a1, memory, at + stride, x, xAt, whole, columns);
        y[yAt + 2] = end(a2, memory, at + 2 * stride, x, xAt, whole, columns);
        y[yAt + 3] = end(a3, memory, at + 3 * stride, x, xAt, whole, columns);
    }

    private static float one(MemorySegment memory, long at, float[] x, int xAt, int columns) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        int whole = Lanes.FLOAT.loopBound(columns);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            a = load(memory, at + 4L * i).fma(FloatVector.fromArray(Lanes.FLOAT, x, xAt + i), a);
        }
        return end(a, memory, at, x, xAt, whole, columns);
    }

    /** The sum of an accumulator's lanes and of the columns behind the last whole vector. */
    private static float end(FloatVector a, MemorySegment memory, long at, float[] x, int xAt, int from, int columns) {
        float sum = Lanes.sum(a);
        for (int i = from; i < columns; i++) {
            sum = Math.fma(memory.get(FLOAT, at + 4L * i), x[xAt + i], sum);
        }
        return sum;
    }
}
