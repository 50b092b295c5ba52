package org.pixelllm.pxvm.executor.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * f32 weights. One row of x takes the rows of w one by one: several at a time read memory in several places at once,
 * which was measured at less than half the speed. From four rows of x on, tiles share each load. Every dot product has
 * one accumulator, so that its bits do not depend on which way it was computed.
 */
final class MatmulF32 extends MatmulKernel {

    private static final int TILE = 4;
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
        int tiled = n / TILE * TILE;
        int o = from;
        for (; tiled > 0 && o + TILE <= to; o += TILE) {
            long tile = at + (o - from) * stride;
            for (int r = 0; r < tiled; r += TILE) {
                fourByFour(memory, tile, stride, x, r * columns, columns, y, r * w.rows() + o, w.rows());
            }
        }
        ones(memory, at, x, 0, tiled, y, o, from, to);
        ones(memory, at, x, tiled, n, y, from, from, to);
        for (int r = 0; r < n; r++) {
            for (int i = from; i < to; i++) {
                y[r * w.rows() + i] += bias[i];
            }
        }
    }

    /** Rows {@code first … to} of w times the rows {@code r0 … r1} of x; row {@code from} lies at {@code at}. */
    private void ones(
            MemorySegment memory, long at, float[] x, int r0, int r1, float[] y, int first, int from, int to) {
        int columns = w.columns();
        for (int r = r0; r < r1; r++) {
            long p = at + (first - from) * w.stride();
            for (int o = first; o < to; o++, p += w.stride()) {
                y[r * w.rows() + o] = one(memory, p, x, r * columns, columns);
            }
        }
    }

    private static FloatVector load(MemorySegment memory, long at) {
        return FloatVector.fromMemorySegment(Lanes.FLOAT, memory, at, LITTLE);
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
