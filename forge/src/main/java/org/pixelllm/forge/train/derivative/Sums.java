package org.pixelllm.forge.train.derivative;

/** Sums that several derivatives need. */
final class Sums {

    private Sums() {}

    /** {@code to += from} */
    static void add(float[] from, float[] to) {
        for (int i = 0; i < from.length; i++) {
            to[i] += from[i];
        }
    }

    /** {@code to += } the sum of all rows // from [n, columns], to [columns] */
    static void addRows(float[] from, int columns, float[] to) {
        for (int row = 0; row < from.length; row += columns) {
            for (int i = 0; i < columns; i++) {
                to[i] += from[row + i];
            }
        }
    }
}
