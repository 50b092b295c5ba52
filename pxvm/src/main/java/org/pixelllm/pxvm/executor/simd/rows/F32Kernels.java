package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;

/** 32-bit floats: tiles read them where they are. */
@SuppressWarnings("NarrowCalculation") // Offsets of a few vectors.
final class F32Kernels extends ColumnKernels {

    F32Kernels(MemorySegment memory) {
        super(memory);
    }

    @Override
    public void one(
            long p0, long p1, long p2, long p3, int columns, XRows x, int row, int column, Scratch own, int at) {
        multiply(memory, p0, p1, p2, p3, columns, x.values(), x.at(row, column), own.sums(), at);
    }

    private static void multiply(
            MemorySegment memory,
            long p0,
            long p1,
            long p2,
            long p3,
            int columns,
            float[] x,
            int xAt,
            float[] sums,
            int to) {
        memory.get(Quad.PLAIN, p0);
        FloatVector a0 = FloatVector.fromArray(Lanes.FLOAT, sums, to);
        FloatVector a1 = FloatVector.fromArray(Lanes.FLOAT, sums, to + Lanes.COUNT);
        FloatVector a2 = FloatVector.fromArray(Lanes.FLOAT, sums, to + 2 * Lanes.COUNT);
        FloatVector a3 = FloatVector.fromArray(Lanes.FLOAT, sums, to + 3 * Lanes.COUNT);
        long at = 0;
        for (int k = xAt; k < xAt + columns; k++, at += 64) {
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, x[k]);
            a0 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p0 + at, Quad.LITTLE)
                    .fma(v, a0);
            a1 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p1 + at + 4 * Quad.LANE1, Quad.LITTLE)
                    .fma(v, a1);
            a2 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p2 + at + 4 * Quad.LANE2, Quad.LITTLE)
                    .fma(v, a2);
            a3 = FloatVector.fromMemorySegment(Lanes.FLOAT, memory, p3 + at + 4 * Quad.LANE3, Quad.LITTLE)
                    .fma(v, a3);
        }
        a0.intoArray(sums, to);
        a1.intoArray(sums, to + Lanes.COUNT);
        a2.intoArray(sums, to + 2 * Lanes.COUNT);
        a3.intoArray(sums, to + 3 * Lanes.COUNT);
    }

    @Override
    public void unpack(long p0, long p1, long p2, long p3, int columns, Scratch own) {}

    @Override
    public void tile(
            long p0, long p1, long p2, long p3, int columns, XRows x, int row, int column, Scratch own, int at) {
        tile(
                memory,
                p0,
                p1 + Float.BYTES * Quad.LANE1,
                p2 + Float.BYTES * Quad.LANE2,
                p3 + Float.BYTES * Quad.LANE3,
                columns,
                x,
                row,
                column,
                own.sums(),
                at);
    }
}
