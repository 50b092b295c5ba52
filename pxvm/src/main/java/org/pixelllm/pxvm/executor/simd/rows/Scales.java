package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;

/** Scales of blocks as floats, in the order in which kernels meet them // [blocks, rows of four vectors] */
@SuppressWarnings("NarrowCalculation") // Offsets of a few vectors.
final class Scales {

    private Scales() {}

    /**
     * Scales that are f16.
     *
     * @param step bytes from a block to the next
     */
    static void halves(MemorySegment memory, long p0, long p1, long p2, long p3, int step, int blocks, float[] to) {
        memory.get(Quad.PLAIN, p0);
        long at = 0;
        for (int i = 0; i < blocks * Quad.WIDTH; i += Quad.WIDTH, at += step) {
            ((IntVector) ShortVector.fromMemorySegment(Quad.SHORT, memory, p0 + at, Quad.LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                    .and(Quad.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Quad.HALF_SCALE)
                    .intoArray(to, i);
            ((IntVector) ShortVector.fromMemorySegment(Quad.SHORT, memory, p1 + at + 2 * Quad.LANE1, Quad.LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                    .and(Quad.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Quad.HALF_SCALE)
                    .intoArray(to, i + Lanes.COUNT);
            ((IntVector) ShortVector.fromMemorySegment(Quad.SHORT, memory, p2 + at + 2 * Quad.LANE2, Quad.LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                    .and(Quad.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Quad.HALF_SCALE)
                    .intoArray(to, i + 2 * Lanes.COUNT);
            ((IntVector) ShortVector.fromMemorySegment(Quad.SHORT, memory, p3 + at + 2 * Quad.LANE3, Quad.LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                    .and(Quad.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Quad.HALF_SCALE)
                    .intoArray(to, i + 3 * Lanes.COUNT);
        }
    }

    /**
     * Scales that are signed bytes by which the unit's f16 is multiplied.
     *
     * @param unitAt bytes to the f16
     * @param first bytes to the first block's
     * @param step bytes from a block to the next
     */
    static void bytes(
            MemorySegment memory,
            long p0,
            long p1,
            long p2,
            long p3,
            int unitAt,
            int first,
            int step,
            int blocks,
            float[] to) {
        memory.get(Quad.PLAIN, p0);
        FloatVector d0 = ((IntVector) ShortVector.fromMemorySegment(Quad.SHORT, memory, p0 + unitAt, Quad.LITTLE)
                        .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                .and(Quad.HALF_BITS)
                .reinterpretAsFloats()
                .mul(Quad.HALF_SCALE);
        FloatVector d1 = ((IntVector)
                        ShortVector.fromMemorySegment(Quad.SHORT, memory, p1 + unitAt + 2 * Quad.LANE1, Quad.LITTLE)
                                .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                .and(Quad.HALF_BITS)
                .reinterpretAsFloats()
                .mul(Quad.HALF_SCALE);
        FloatVector d2 = ((IntVector)
                        ShortVector.fromMemorySegment(Quad.SHORT, memory, p2 + unitAt + 2 * Quad.LANE2, Quad.LITTLE)
                                .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                .and(Quad.HALF_BITS)
                .reinterpretAsFloats()
                .mul(Quad.HALF_SCALE);
        FloatVector d3 = ((IntVector)
                        ShortVector.fromMemorySegment(Quad.SHORT, memory, p3 + unitAt + 2 * Quad.LANE3, Quad.LITTLE)
                                .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Quad.HALF_SHIFT)
                .and(Quad.HALF_BITS)
                .reinterpretAsFloats()
                .mul(Quad.HALF_SCALE);
        long at = first;
        for (int i = 0; i < blocks * Quad.WIDTH; i += Quad.WIDTH, at += step) {
            d0.mul(((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p0 + at, Quad.LITTLE)
                            .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0)))
                    .intoArray(to, i);
            d1.mul(((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p1 + at + Quad.BYTE1, Quad.LITTLE)
                            .convertShape(VectorOperators.B2F, Lanes.FLOAT, Quad.ODD)))
                    .intoArray(to, i + Lanes.COUNT);
            d2.mul(((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p2 + at + Quad.BYTE2, Quad.LITTLE)
                            .convertShape(VectorOperators.B2F, Lanes.FLOAT, 0)))
                    .intoArray(to, i + 2 * Lanes.COUNT);
            d3.mul(((FloatVector) ByteVector.fromMemorySegment(Quad.BYTE, memory, p3 + at + Quad.BYTE3, Quad.LITTLE)
                            .convertShape(VectorOperators.B2F, Lanes.FLOAT, Quad.ODD)))
                    .intoArray(to, i + 3 * Lanes.COUNT);
        }
    }
}
