package org.pixelllm.pxvm.executor.simd;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.VectorMask;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * The rows of one matrix, as its type keeps them. Each type is a class of its own: the just-in-time compiler does badly
 * on several kernels inlined into one method. Rows are taken one after the other from front to back; several at a time
 * read memory in several places at once, which was measured at half the speed.
 */
abstract class WeightRows {

    static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    final WeightTensor w;
    final MemorySegment memory;
    final int columns;

    /** Columns in whole pairs of vectors. */
    final int whole;

    /** The lanes in use of the last, incomplete pair of vectors. */
    final VectorMask<Float> firstTail;

    final VectorMask<Float> secondTail;

    WeightRows(WeightTensor w) {
        this.w = w;
        this.memory = w.pages().memory();
        this.columns = w.columns();
        this.whole = columns / Lanes.PAIR * Lanes.PAIR;
        this.firstTail = Lanes.FLOAT.indexInRange(whole, columns);
        this.secondTail = Lanes.FLOAT.indexInRange(Math.min(whole + Lanes.COUNT, columns), columns);
    }

    static WeightRows of(WeightTensor w) {
        boolean isInBlocks = w.type() == ElementType.Q8 || w.type() == ElementType.Q4;
        if (!w.hasWholeRows() || (isInBlocks && !BlockRows.fits(w))) {
            return new DecodedRows(w);
        }
        return switch (w.type()) {
            case F32 -> new F32Rows(w);
            case U8 -> new U8Rows(w);
            case F16 -> new F16Rows(w);
            case BF16 -> new Bf16Rows(w);
            case Q8 -> new Q8Rows(w);
            case Q4 -> Lanes.COUNT == Q4Rows.LANES ? new Q4Rows(w) : new Q4NarrowRows(w);
            case IDS -> throw new IllegalStateException("token ids are no weight");
        };
    }

    final int rows() {
        return w.rows();
    }

    /**
     * Multiplies rows that lie at regular distances by one row of x.
     *
     * @param from the first of them
     * @param count at most {@link Scratch#ROWS}
     * @param own receives, in its lanes, a vector for each row whose lanes' sum is the dot product
     */
    abstract void multiply(int from, int count, float[] x, Scratch own);

    /** Writes a row as it stands in memory, and zeros up to {@link Lanes#padded}, into {@code to} from {@code at}. */
    abstract void unpack(int row, float[] to, int at, Scratch own);

    /**
     * Makes dot products of what stands in memory dot products of values.
     *
     * @param sumOfX the sum of the row of x; only where {@link #needsSumOfX}
     */
    void finish(float[] y, int from, int to, float sumOfX) {}

    /** Writes a row's values into {@code to} from {@code at} // [columns] */
    final void values(int row, float[] to, int at, Scratch own) {
        unpack(row, own.panel, 0, own);
        finish(own.panel, 0, columns, 1);
        System.arraycopy(own.panel, 0, to, at, columns);
    }

    /** Whether {@link #finish} has something to do. */
    boolean needsSumOfX() {
        return false;
    }
}
