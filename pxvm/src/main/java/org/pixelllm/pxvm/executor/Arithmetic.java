package org.pixelllm.pxvm.executor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Products of float matrices, sums over runs of floats, and functions of each float. For one thread at a time; those of one
 * {@link #name} give the same bits, whatever they compute them with.
 *
 * <p>In {@link #SIMD}, what is summed over a run is summed in {@link #LANES} lanes: lane j takes the elements j, j + 16,
 * j + 32 …, where the run is filled up with zeros to whole rounds; then the upper half of the lanes is added to the lower
 * one until one is left. What is summed for each element of a matrix, or for each column of a mix, is summed in reading
 * order by fused multiply-adds. Functions are their polynomials, operation for operation.
 */
public interface Arithmetic {

    /** The arithmetic of the SIMD executor. The name changes whenever its bits do. */
    String SIMD = "simd-2";

    /** Lanes that sums over a run are taken in, however many the processor has. */
    int LANES = 16;

    /** The sum of all lanes, by halves; what they hold is lost // [LANES] */
    static float fold(float[] lanes) {
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[0];
    }

    /**
     * A matrix in an array: element (i, j) is at {@code offset + i · rowStep + j · columnStep}, so that a transpose
     * is a swap of steps. It can be pointed elsewhere, so that what computes the same products again and again makes no
     * objects.
     */
    final class Matrix {

        private float[] values = {};
        private int offset;
        private int rowStep;
        private int columnStep;

        /** A matrix of whole rows, one after the other. */
        public static Matrix of(float[] values, int columns) {
            return new Matrix().rows(values, columns);
        }

        /** Points it at any matrix. */
        public Matrix at(float[] values, int offset, int rowStep, int columnStep) {
            this.values = values;
            this.offset = offset;
            this.rowStep = rowStep;
            this.columnStep = columnStep;
            return this;
        }

        /** Points it at whole rows, one after the other. */
        public Matrix rows(float[] values, int columns) {
            return at(values, 0, columns, 1);
        }

        /** Points it at the transpose of whole rows, one after the other. */
        public Matrix rowsTransposed(float[] values, int columns) {
            return at(values, 0, 1, columns);
        }

        /** Another one of the same elements. */
        public Matrix transposed() {
            return new Matrix().at(values, offset, columnStep, rowStep);
        }

        /** The array that holds it; not copied. */
        public float[] values() {
            return values;
        }

        /** Where element (0, 0) is. */
        public int offset() {
            return offset;
        }

        /** From an element to the one below it. */
        public int rowStep() {
            return rowStep;
        }

        /** From an element to the one on its right. */
        public int columnStep() {
            return columnStep;
        }
    }

    /** A right operand made ready for any number of products, in an order and a memory that the arithmetic chooses. */
    final class Panels {

        private float[] values = {};
        private MemorySegment memory = MemorySegment.NULL;
        private int rows;
        private int columns;

        /** Takes a size; what was here is lost. */
        public float[] resize(int rows, int columns, int elements) {
            this.rows = rows;
            this.columns = columns;
            if (values.length < elements) {
                values = new float[elements];
            }
            return values;
        }

        /** The same in native memory, which is freed when nothing refers to it any more. */
        public MemorySegment resize(int rows, int columns, int elements, long alignment) {
            this.rows = rows;
            this.columns = columns;
            long bytes = Float.BYTES * (long) elements;
            if (memory.byteSize() < bytes) {
                memory = Arena.ofAuto().allocate(bytes, alignment);
            }
            return memory;
        }

        /** The elements in native memory, possibly more. */
        public MemorySegment memory() {
            return memory;
        }

        /** The elements in an array, possibly more. */
        public float[] values() {
            return values;
        }

        /** Rows of the matrix. */
        public int rows() {
            return rows;
        }

        /** Columns of the matrix. */
        public int columns() {
            return columns;
        }
    }

    /**
     * Makes a right operand ready.
     *
     * @param k rows of b
     * @param n columns of b
     * @param b // [k, n]
     * @param to receives it
     */
    void pack(int k, int n, Matrix b, Panels to);

    /**
     * {@code c = a · b}, or {@code c += a · b}. Each element is summed in the order of k.
     *
     * @param m rows of a and c
     * @param n columns of c; the first ones of b
     * @param k columns of a; the first rows of b
     * @param a // [m, k]
     * @param b made ready by {@link #pack}, of at least k rows and n columns
     * @param c with a column step of 1 // [m, n]
     * @param add whether to add to what c holds
     */
    void multiply(int m, int n, int k, Matrix a, Panels b, Matrix c, boolean add);

    /** {@code Σ a[i] · b[i]}, in lanes, by fused multiply-adds. */
    float dot(float[] a, int aAt, float[] b, int bAt, int count);

    /** {@code Σ x[i]}, in lanes. */
    float sum(float[] x, int at, int count);

    /**
     * {@code to[r] = Σ a[i] · b[r · step + i]}: the dot products of one run with several rows. What follows them in {@code to}
     * may be lost.
     *
     * @param a the run, from {@code aAt}
     * @param b the rows, from {@code bAt}
     * @param rows how many
     * @param count elements of the run and of each row
     * @param to receives the products from its beginning // [rows]
     */
    void dots(float[] a, int aAt, float[] b, int bAt, int step, int rows, int count, float[] to);

    /**
     * {@code y[i] += Σ weights[r] · values[r · step + i]}, each column summed in the order of the rows.
     *
     * @param weights from {@code first} on // [rows]
     * @param values the rows, from {@code from}
     * @param columns of each row
     * @param y has the sums so far from {@code at} on // [columns]
     */
    void mix(float[] weights, int first, int rows, float[] values, int from, int step, int columns, float[] y, int at);

    /** The greatest of the values; NaN where one is NaN. At least one. */
    float max(float[] x, int at, int count);

    /**
     * {@code x[i] = e^(x[i] − shift)}.
     *
     * @param shift the greatest of the values
     * @return the {@link #sum} of the results
     */
    float exponentials(float[] x, int at, int count, float shift);

    /** {@code y[i] = 1 / (1 + e^−x[i])}; y may be x. */
    void sigmoid(float[] x, float[] y, int count);

    /** {@code y[i] = x[i] / (1 + e^−x[i])}; y may be x. */
    void silu(float[] x, float[] y, int count);

    /** GELU's approximation by tanh, of each; y may be x. */
    void geluTanh(float[] x, float[] y, int count);

    /** {@code y[i] = cap · tanh(x[i] / cap)}; y may be x. */
    void softcap(float[] x, float[] y, int count, float cap);

    /** What the bits depend on. */
    String name();

    /** How it is computed, for people. */
    String description();
}
