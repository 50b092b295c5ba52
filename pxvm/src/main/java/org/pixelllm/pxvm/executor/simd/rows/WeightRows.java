package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.VectorMask;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.Scratch;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * The rows of one matrix, as its type keeps them. Each type is a class of its own: the just-in-time compiler does badly
 * on several kernels inlined into one method.
 *
 * <p>Kernels of four rows are written out, loads and all, where a row of them would do with a method: beyond some size of
 * the compiled code the compiler takes in none but the Vector API's own methods, and a vector that a call returns becomes
 * an object, which was measured at a twentieth of the speed.
 */
public abstract class WeightRows {

    static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    /**
     * Read once by each kernel that otherwise only loads vectors. Where a mapped file was cut, HotSpot makes an error of the
     * fault only in compiled code that has a plain read of native memory; in other code it ends the process.
     */
    static final ValueLayout.OfByte PLAIN = ValueLayout.JAVA_BYTE;

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

    /** The rows of a weight. */
    public static WeightRows of(WeightTensor w) {
        return new DecodedRows(w);
    }

    /** Elements of a row. */
    public final int columns() {
        return columns;
    }

    /** How many there are. */
    public final int rows() {
        return w.rows();
    }

    /**
     * Multiplies one row by one row of x.
     *
     * @param own receives, in its lanes from {@code at}, a vector whose lanes' sum is the dot product
     */
    public abstract void multiply(int row, float[] x, Scratch own, int at);

    /** The same for four rows, whose vectors come one after the other: x is loaded once. */
    public void multiply(int row0, int row1, int row2, int row3, float[] x, Scratch own, int at) {
        multiply(row0, x, own, at);
        multiply(row1, x, own, at + Lanes.COUNT);
        multiply(row2, x, own, at + 2 * Lanes.COUNT);
        multiply(row3, x, own, at + 3 * Lanes.COUNT);
    }

    /** Writes a row as memory holds it, and zeros up to {@link Lanes#padded}, into {@code to} from {@code at}. */
    public abstract void unpack(int row, float[] to, int at, Scratch own);

    /**
     * Turns dot products of what memory holds into dot products of values.
     *
     * @param sumOfX the sum of the row of x; only where {@link #needsSumOfX}
     */
    public void finish(float[] y, int from, int to, float sumOfX) {}

    /** Writes a row's values into {@code to} from {@code at} // [columns] */
    public final void values(int row, float[] to, int at, Scratch own) {
        unpack(row, own.panel, 0, own);
        finish(own.panel, 0, columns, 1);
        System.arraycopy(own.panel, 0, to, at, columns);
    }

    /** Whether {@link #finish} has something to do. */
    public boolean needsSumOfX() {
        return false;
    }
}
