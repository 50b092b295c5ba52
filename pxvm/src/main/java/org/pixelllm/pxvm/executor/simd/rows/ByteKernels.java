package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.pixelllm.pxvm.executor.simd.product.Blocks;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.weights.Groups;

/** Blocks of signed bytes. */
final class ByteKernels extends BlockKernels {

    ByteKernels(MemorySegment memory, Blocks layout) {
        super(memory, layout);
    }

    @Override
    void multiply(long p0, long p1, long p2, long p3, int blocks, XRows x, int row, int column, Scratch own, int at) {
        int sumAt = x.sumAt(row, column / layout.columns());
        multiply(
                memory,
                p0,
                p1,
                p2,
                p3,
                layout,
                blocks,
                x.values(),
                x.at(row, column),
                x.sums(),
                sumAt,
                own.scales,
                own.minima,
                own.sums(),
                at);
    }

    private static void multiply(
            MemorySegment memory,
            long p0,
            long p1,
            long p2,
            long p3,
            Blocks layout,
            int blocks,
            float[] x,
            int xAt,
            float[] sumsOfX,
            int sumAt,
            float[] scales,
            float[] minima,
            float[] sums,
            int to) {
        memory.get(Quad.PLAIN, p0);
        int columns = layout.columns();
        int step = layout.step();
        boolean hasMinimum = layout.hasMinimum();
        FloatVector t0 = FloatVector.fromArray(Lanes.FLOAT, sums, to);
        FloatVector t1 = FloatVector.fromArray(Lanes.FLOAT, sums, to + Lanes.COUNT);
        FloatVector t2 = FloatVector.fromArray(Lanes.FLOAT, sums, to + 2 * Lanes.COUNT);
        FloatVector t3 = FloatVector.fromArray(Lanes.FLOAT, sums, to + 3 * Lanes.COUNT);
        long first = 0;
        int k = xAt;
        for (int b = 0; b < blocks; b++, first += step, k += columns) {
            FloatVector a0 = FloatVector.zero(Lanes.FLOAT);
            FloatVector a1 = a0;
            FloatVector a2 = a0;
            FloatVector a3 = a0;
            long at = first;
            int i = k;
            // Two columns at a time, and not a loop that the compiler counts: that one it would begin and end in loops
            // of
            // their own, which for a block's columns take as long as what is between them.
            do {
                FloatVector v = FloatVector.broadcast(Lanes.FLOAT, x[i]);
                a0 = ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p0 + at, Quad.LITTLE)
                                .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0))
                        .fma(v, a0);
                a1 = ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p1 + at + Quad.BYTE1, Quad.LITTLE)
                                .convertShape(VectorOperators.B2F, Lanes.FLOAT, Quad.ODD))
                        .fma(v, a1);
                a2 = ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p2 + at + Quad.BYTE2, Quad.LITTLE)
                                .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0))
                        .fma(v, a2);
                a3 = ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p3 + at + Quad.BYTE3, Quad.LITTLE)
                                .convertShape(VectorOperators.B2F, Lanes.FLOAT, Quad.ODD))
                        .fma(v, a3);
                v = FloatVector.broadcast(Lanes.FLOAT, x[i + 1]);
                a0 = ((FloatVector)
                                ByteVector.fromMemorySegment(Quad.BYTE, memory, p0 + at + Groups.MATRIX, Quad.LITTLE)
                                        .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0))
                        .fma(v, a0);
                a1 = ((FloatVector) ByteVector.fromMemorySegment(
                                        Quad.BYTE, memory, p1 + at + Groups.MATRIX + Quad.BYTE1, Quad.LITTLE)
                                .convertShape(VectorOperators.B2F, Lanes.FLOAT, Quad.ODD))
                        .fma(v, a1);
                a2 = ((FloatVector) ByteVector.fromMemorySegment(
                                        Quad.BYTE, memory, p2 + at + Groups.MATRIX + Quad.BYTE2, Quad.LITTLE)
                                .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0))
                        .fma(v, a2);
                a3 = ((FloatVector) ByteVector.fromMemorySegment(
                                        Quad.BYTE, memory, p3 + at + Groups.MATRIX + Quad.BYTE3, Quad.LITTLE)
                                .convertShape(VectorOperators.B2F, Lanes.FLOAT, Quad.ODD))
                        .fma(v, a3);
                i += 2;
                at += 2L * Groups.MATRIX;
            } while (i != k + columns);
            int s = b * Quad.WIDTH;
            t0 = a0.fma(FloatVector.fromArray(Lanes.FLOAT, scales, s), t0);
            t1 = a1.fma(FloatVector.fromArray(Lanes.FLOAT, scales, s + Lanes.COUNT), t1);
            t2 = a2.fma(FloatVector.fromArray(Lanes.FLOAT, scales, s + 2 * Lanes.COUNT), t2);
            t3 = a3.fma(FloatVector.fromArray(Lanes.FLOAT, scales, s + 3 * Lanes.COUNT), t3);
            if (hasMinimum) {
                FloatVector sum = FloatVector.broadcast(Lanes.FLOAT, sumsOfX[sumAt + b]);
                t0 = FloatVector.fromArray(Lanes.FLOAT, minima, s).fma(sum, t0);
                t1 = FloatVector.fromArray(Lanes.FLOAT, minima, s + Lanes.COUNT).fma(sum, t1);
                t2 = FloatVector.fromArray(Lanes.FLOAT, minima, s + 2 * Lanes.COUNT)
                        .fma(sum, t2);
                t3 = FloatVector.fromArray(Lanes.FLOAT, minima, s + 3 * Lanes.COUNT)
                        .fma(sum, t3);
            }
        }
        t0.intoArray(sums, to);
        t1.intoArray(sums, to + Lanes.COUNT);
        t2.intoArray(sums, to + 2 * Lanes.COUNT);
        t3.intoArray(sums, to + 3 * Lanes.COUNT);
    }

    @Override
    void unpackCodes(long p0, long p1, long p2, long p3, int blocks, MemorySegment to) {
        unpack(memory, p0, p1, p2, p3, layout.codes() / Groups.MATRIX, layout.step(), blocks, to);
    }

    private static void unpack(
            MemorySegment memory,
            long p0,
            long p1,
            long p2,
            long p3,
            int lines,
            int step,
            int blocks,
            MemorySegment to) {
        memory.get(Quad.PLAIN, p0);
        long i = 0;
        long first = 0;
        for (int b = 0; b < blocks; b++, first += step) {
            long at = first;
            for (int line = 0; line < lines; line++, at += Groups.MATRIX) {
                ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p0 + at, Quad.LITTLE)
                                .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0))
                        .intoMemorySegment(to, i, Quad.LITTLE);
                ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p1 + at + Quad.BYTE1, Quad.LITTLE)
                                .convertShape(VectorOperators.B2F, Lanes.FLOAT, Quad.ODD))
                        .intoMemorySegment(to, i + Quad.PANEL1, Quad.LITTLE);
                ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p2 + at + Quad.BYTE2, Quad.LITTLE)
                                .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0))
                        .intoMemorySegment(to, i + Quad.PANEL2, Quad.LITTLE);
                ((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p3 + at + Quad.BYTE3, Quad.LITTLE)
                                .convertShape(VectorOperators.B2F, Lanes.FLOAT, Quad.ODD))
                        .intoMemorySegment(to, i + Quad.PANEL3, Quad.LITTLE);
                i += Quad.LINE;
            }
        }
    }
}
