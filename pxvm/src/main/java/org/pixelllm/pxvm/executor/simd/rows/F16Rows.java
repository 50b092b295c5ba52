package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.Scratch;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * 16-bit floats. Moved to their places in a 32-bit float, sign, exponent and fraction are off by a power of two only, also
 * where the number is subnormal. Infinities and NaN do not come out as such: {@link #isFinite} says whether there are any.
 */
final class F16Rows extends WeightRows {

    private static final VectorSpecies<Short> SHORT =
            VectorSpecies.of(short.class, VectorShape.forBitSize(Math.max(64, 16 * Lanes.COUNT)));

    private static final ValueLayout.OfLong FOUR = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE);
    private static final ValueLayout.OfShort ONE = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE);

    /** The sign and the 15 bits that a 16-bit float has beside it, in a 32-bit float. */
    static final int PLACES = 0x8FFF_E000;

    /** 2 to the difference of the exponents' biases. */
    static final float POWER = 0x1p112f;

    /** The exponents of four 16-bit floats. */
    private static final long EXPONENTS = 0x7C00_7C00_7C00_7C00L;

    /** What carries an exponent of all ones, and no other, into the bit above it. */
    private static final long CARRY = 0x0400_0400_0400_0400L;

    private static final long ABOVE = 0x8000_8000_8000_8000L;

    F16Rows(WeightTensor w) {
        super(w);
    }

    /** Whether every value is a finite number. Reads all rows once. */
    static boolean isFinite(WeightTensor w) {
        MemorySegment memory = w.pages().memory();
        int fours = w.columns() / 4;
        for (int row = 0; row < w.rows(); row++) {
            long at = w.rowOffset(row);
            long odd = 0;
            for (int i = 0; i < fours; i++) {
                odd |= (memory.get(FOUR, at + 8L * i) & EXPONENTS) + CARRY;
            }
            for (int i = 4 * fours; i < w.columns(); i++) {
                odd |= (memory.get(ONE, at + 2L * i) & 0x7C00) + 0x0400;
            }
            if ((odd & ABOVE) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void multiply(int row, float[] x, Scratch own, int at) {
        row(memory, w.rowOffset(row), whole, columns, x, own.lanes, at, firstTail, secondTail);
    }

    @Override
    public void multiply(int row0, int row1, int row2, int row3, float[] x, Scratch own, int at) {
        if (columns % Lanes.COUNT != 0) {
            super.multiply(row0, row1, row2, row3, x, own, at);
            return;
        }
        four(
                memory,
                w.rowOffset(row0),
                w.rowOffset(row1),
                w.rowOffset(row2),
                w.rowOffset(row3),
                whole,
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
            long p = at + 2L * i;
            a = load(memory, p).fma(FloatVector.fromArray(Lanes.FLOAT, x, i), a);
            a = load(memory, p + 2L * Lanes.COUNT).fma(FloatVector.fromArray(Lanes.FLOAT, x, i + Lanes.COUNT), a);
        }
        if (whole < columns) {
            long p = at + 2L * whole;
            a = load(memory, p, firstTail).fma(FloatVector.fromArray(Lanes.FLOAT, x, whole, firstTail), a);
            if (whole + Lanes.COUNT < columns) {
                int second = whole + Lanes.COUNT;
                a = load(memory, p + 2L * Lanes.COUNT, secondTail)
                        .fma(FloatVector.fromArray(Lanes.FLOAT, x, second, secondTail), a);
            }
        }
        a.intoArray(to, toAt);
    }

    private static void four(
            MemorySegment memory,
            long p0,
            long p1,
            long p2,
            long p3,
            int whole,
            int columns,
            float[] x,
            float[] to,
            int at) {
        memory.get(PLAIN, p0);
        FloatVector a0 = FloatVector.zero(Lanes.FLOAT);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        for (int i = 0; i < whole; i += Lanes.PAIR) {
            FloatVector u = FloatVector.fromArray(Lanes.FLOAT, x, i);
            FloatVector v = FloatVector.fromArray(Lanes.FLOAT, x, i + Lanes.COUNT);
            long j = 2L * i;
            long k = j + 2L * Lanes.COUNT;
            a0 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p0 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 13)
                    .and(PLACES)
                    .reinterpretAsFloats()
                    .mul(POWER)
                    .fma(u, a0);
            a0 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p0 + k, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 13)
                    .and(PLACES)
                    .reinterpretAsFloats()
                    .mul(POWER)
                    .fma(v, a0);
            a1 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p1 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 13)
                    .and(PLACES)
                    .reinterpretAsFloats()
                    .mul(POWER)
                    .fma(u, a1);
            a1 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p1 + k, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 13)
                    .and(PLACES)
                    .reinterpretAsFloats()
                    .mul(POWER)
                    .fma(v, a1);
            a2 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p2 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 13)
                    .and(PLACES)
                    .reinterpretAsFloats()
                    .mul(POWER)
                    .fma(u, a2);
            a2 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p2 + k, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 13)
                    .and(PLACES)
                    .reinterpretAsFloats()
                    .mul(POWER)
                    .fma(v, a2);
            a3 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p3 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 13)
                    .and(PLACES)
                    .reinterpretAsFloats()
                    .mul(POWER)
                    .fma(u, a3);
            a3 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p3 + k, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 13)
                    .and(PLACES)
                    .reinterpretAsFloats()
                    .mul(POWER)
                    .fma(v, a3);
        }
        if (whole < columns) {
            FloatVector u = FloatVector.fromArray(Lanes.FLOAT, x, whole);
            long j = 2L * whole;
            a0 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p0 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 13)
                    .and(PLACES)
                    .reinterpretAsFloats()
                    .mul(POWER)
                    .fma(u, a0);
            a1 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p1 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 13)
                    .and(PLACES)
                    .reinterpretAsFloats()
                    .mul(POWER)
                    .fma(u, a1);
            a2 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p2 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 13)
                    .and(PLACES)
                    .reinterpretAsFloats()
                    .mul(POWER)
                    .fma(u, a2);
            a3 = ((IntVector) ShortVector.fromMemorySegment(SHORT, memory, p3 + j, LITTLE)
                            .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                    .lanewise(VectorOperators.LSHL, 13)
                    .and(PLACES)
                    .reinterpretAsFloats()
                    .mul(POWER)
                    .fma(u, a3);
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
            load(memory, p + 2L * i).intoArray(to, at + i);
        }
        if (whole < columns) {
            load(memory, p + 2L * whole, firstTail).intoArray(to, at + whole);
            FloatVector second = FloatVector.zero(Lanes.FLOAT);
            if (whole + Lanes.COUNT < columns) {
                second = load(memory, p + 2L * (whole + Lanes.COUNT), secondTail);
            }
            second.intoArray(to, at + whole + Lanes.COUNT);
        }
    }

    private static FloatVector load(MemorySegment memory, long at) {
        IntVector bits = (IntVector) ShortVector.fromMemorySegment(SHORT, memory, at, LITTLE)
                .convertShape(VectorOperators.S2I, Lanes.INT, 0);
        return bits.lanewise(VectorOperators.LSHL, 13)
                .and(PLACES)
                .reinterpretAsFloats()
                .mul(POWER);
    }

    /** Lanes beyond the row are zero, whatever stands there: a row's place is filled up to whole vectors. */
    private static FloatVector load(MemorySegment memory, long at, VectorMask<Float> lanes) {
        return FloatVector.zero(Lanes.FLOAT).blend(load(memory, at), lanes);
    }
}
