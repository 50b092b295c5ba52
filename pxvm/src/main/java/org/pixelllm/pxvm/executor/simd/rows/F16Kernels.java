package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;

/** 16-bit floats. */
@SuppressWarnings("NarrowCalculation") // Offsets of a few vectors.
final class F16Kernels extends ColumnKernels {

    F16Kernels(MemorySegment memory) {
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
        for (int k = xAt; k < xAt + columns; k++, at += 32) {
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, x[k]);
            a0 = ((IntVector) ShortVector.fromMemorySegment(Quad.SHORT, memory, p0 + at, Quad.LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                    .and(Quad.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Quad.HALF_SCALE)
                    .fma(v, a0);
            a1 = ((IntVector) ShortVector.fromMemorySegment(Quad.SHORT, memory, p1 + at + 2 * Quad.LANE1, Quad.LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                    .and(Quad.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Quad.HALF_SCALE)
                    .fma(v, a1);
            a2 = ((IntVector) ShortVector.fromMemorySegment(Quad.SHORT, memory, p2 + at + 2 * Quad.LANE2, Quad.LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                    .and(Quad.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Quad.HALF_SCALE)
                    .fma(v, a2);
            a3 = ((IntVector) ShortVector.fromMemorySegment(Quad.SHORT, memory, p3 + at + 2 * Quad.LANE3, Quad.LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                    .and(Quad.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Quad.HALF_SCALE)
                    .fma(v, a3);
        }
        a0.intoArray(sums, to);
        a1.intoArray(sums, to + Lanes.COUNT);
        a2.intoArray(sums, to + 2 * Lanes.COUNT);
        a3.intoArray(sums, to + 3 * Lanes.COUNT);
    }

    @Override
    public void unpack(long p0, long p1, long p2, long p3, int columns, Scratch own) {
        unpack(memory, p0, p1, p2, p3, columns, own.panel());
    }

    private static void unpack(
            MemorySegment memory, long p0, long p1, long p2, long p3, int columns, MemorySegment to) {
        memory.get(Quad.PLAIN, p0);
        long at = 0;
        for (long i = 0; i < (long) Quad.LINE * columns; i += Quad.LINE, at += 32) {
            ((IntVector) ShortVector.fromMemorySegment(Quad.SHORT, memory, p0 + at, Quad.LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                    .and(Quad.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Quad.HALF_SCALE)
                    .intoMemorySegment(to, i, Quad.LITTLE);
            ((IntVector) ShortVector.fromMemorySegment(Quad.SHORT, memory, p1 + at + 2 * Quad.LANE1, Quad.LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                    .and(Quad.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Quad.HALF_SCALE)
                    .intoMemorySegment(to, i + Quad.PANEL1, Quad.LITTLE);
            ((IntVector) ShortVector.fromMemorySegment(Quad.SHORT, memory, p2 + at + 2 * Quad.LANE2, Quad.LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                    .and(Quad.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Quad.HALF_SCALE)
                    .intoMemorySegment(to, i + Quad.PANEL2, Quad.LITTLE);
            ((IntVector) ShortVector.fromMemorySegment(Quad.SHORT, memory, p3 + at + 2 * Quad.LANE3, Quad.LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                    .and(Quad.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Quad.HALF_SCALE)
                    .intoMemorySegment(to, i + Quad.PANEL3, Quad.LITTLE);
        }
    }
}
