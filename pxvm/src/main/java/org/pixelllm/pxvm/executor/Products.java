package org.pixelllm.pxvm.executor;

/** Products of float matrices in arrays: what training spends its time on. */
public interface Products {

    /**
     * A matrix in an array: element (i, j) stands at {@code offset + i · rowStep + j · columnStep}, so that a transpose
     * is a swap of steps.
     */
    record View(float[] values, int offset, int rowStep, int columnStep) {

        /** A matrix of whole rows, one behind the other. */
        public static View of(float[] values, int columns) {
            return new View(values, 0, columns, 1);
        }

        public View transposed() {
            return new View(values, offset, columnStep, rowStep);
        }
    }

    /**
     * {@code c = a · b}, or {@code c += a · b}. Each element is summed in the order of k, whatever the threads.
     *
     * @param m rows of a and c
     * @param n columns of b and c
     * @param k columns of a, rows of b
     * @param a // [m, k]
     * @param b // [k, n]
     * @param c row by row // [m, n]
     * @param add whether to add to what c holds
     */
    void multiply(int m, int n, int k, View a, View b, float[] c, boolean add);

    /** What a person wants to know about it. */
    String description();
}
