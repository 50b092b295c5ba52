package org.pixelllm.forge.train.derivative;

import java.util.Arrays;

/** How gradients reach the tensors that they belong to. */
final class Sums {

    private Sums() {}

    /** Gives a tensor this gradient, beside what it holds. */
    static void give(Batch batch, int id, float[] from) {
        float[] to = batch.gradient(id);
        int count = batch.elements(id);
        if (batch.holdsGradient(id)) {
            for (int i = 0; i < count; i++) {
                to[i] += from[i];
            }
        } else {
            System.arraycopy(from, 0, to, 0, count);
        }
    }

    /** A tensor's gradient, to be added to element by element: zeros where nothing was given yet. */
    static float[] begun(Batch batch, int id) {
        float[] gradient = batch.gradient(id);
        if (!batch.holdsGradient(id)) {
            Arrays.fill(gradient, 0, batch.elements(id), 0);
        }
        return gradient;
    }

    /** {@code to += } the sum of the first rows // from [n, columns], to [columns] */
    static void addRows(float[] from, int length, int columns, float[] to) {
        for (int row = 0; row < length; row += columns) {
            for (int i = 0; i < columns; i++) {
                to[i] += from[row + i];
            }
        }
    }
}
