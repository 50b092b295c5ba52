package org.pixelllm.pxvm.executor;

/**
 * What training spends its time on: products of float matrices, and sums and exponentials over runs of floats. For one
 * thread at a time; results do not depend on which object computes them.
 */
public interface Arithmetic {

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

    /** A right operand made ready for any number of products, in an order that the arithmetic chooses. */
    final class Panels {

        private float[] values = {};
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

        /** The elements, possibly more. */
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

    /** {@code Σ a[i] · b[i]}, in one fixed order. */
    float dot(float[] a, int aAt, float[] b, int bAt, int count);

    /**
     * {@code x[i] = e^(x[i] − shift)}.
     *
     * @param shift the greatest of the values
     * @return the sum of the results
     */
    float exponentials(float[] x, int at, int count, float shift);

    /** {@code y[i] = 1 / (1 + e^−x[i])} */
    void sigmoid(float[] x, float[] y, int count);

    /** A description for people. */
    String description();
}
