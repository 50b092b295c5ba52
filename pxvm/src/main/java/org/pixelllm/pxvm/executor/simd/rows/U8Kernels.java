package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;

/** Bytes without a sign. */
final class U8Kernels extends ColumnKernels {

    U8Kernels(MemorySegment memory) {
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
        for (int k = xAt; k < xAt + columns; k++, at += 16) {
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, x[k]);
            a0 = ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p0 + at, Quad.LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0)
                            .convert(VectorOperators.I2F, 0))
                    .fma(v, a0);
            a1 = ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p1 + at + Quad.BYTE1, Quad.LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, Quad.ODD)
                            .convert(VectorOperators.I2F, 0))
                    .fma(v, a1);
            a2 = ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p2 + at + Quad.BYTE2, Quad.LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0)
                            .convert(VectorOperators.I2F, 0))
                    .fma(v, a2);
            a3 = ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p3 + at + Quad.BYTE3, Quad.LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, Quad.ODD)
                            .convert(VectorOperators.I2F, 0))
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
        for (long i = 0; i < (long) Quad.LINE * columns; i += Quad.LINE, at += 16) {
            ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p0 + at, Quad.LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0)
                            .convert(VectorOperators.I2F, 0))
                    .intoMemorySegment(to, i, Quad.LITTLE);
            ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p1 + at + Quad.BYTE1, Quad.LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, Quad.ODD)
                            .convert(VectorOperators.I2F, 0))
                    .intoMemorySegment(to, i + Quad.PANEL1, Quad.LITTLE);
            ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p2 + at + Quad.BYTE2, Quad.LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, 0)
                            .convert(VectorOperators.I2F, 0))
                    .intoMemorySegment(to, i + Quad.PANEL2, Quad.LITTLE);
            ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p3 + at + Quad.BYTE3, Quad.LITTLE)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INT, Quad.ODD)
                            .convert(VectorOperators.I2F, 0))
                    .intoMemorySegment(to, i + Quad.PANEL3, Quad.LITTLE);
        }
    }
}
