package org.pixelllm.forge.train.optim;

import java.util.List;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Arithmetic.Matrix;
import org.pixelllm.pxvm.executor.Arithmetic.Panels;
import org.pixelllm.pxvm.program.Tensor;

/**
 * The nearest matrix whose shorter side is orthogonal, roughly: five Newton-Schulz iterations of a quintic that brings all
 * singular values near 1. Its memory is taken once, for the largest matrix. For one thread at a time.
 */
final class Orthogonal {

    private static final int ITERATIONS = 5;
    private static final float A = 3.4445f;
    private static final float B = -4.7750f;
    private static final float C = 2.0315f;
    private static final double TINY = 1e-7;

    private final Arithmetic arithmetic;
    private final float[] first;
    private final float[] second;
    private final float[] gram; // [small, small]
    private final float[] mixed; // [small, small]
    private final Panels panels = new Panels();
    private final Matrix left = new Matrix();
    private final Matrix right = new Matrix();
    private final Matrix result = new Matrix();

    private Orthogonal(Arithmetic arithmetic, int elements, int squared) {
        this.arithmetic = arithmetic;
        this.first = new float[elements];
        this.second = new float[elements];
        this.gram = new float[squared];
        this.mixed = new float[squared];
    }

    /** With memory for any of these. */
    static Orthogonal of(List<Tensor> matrices, Arithmetic arithmetic) {
        int elements = 0;
        int small = 0;
        for (Tensor each : matrices) {
            elements = Math.max(elements, Math.toIntExact(each.elements()));
            small = Math.max(small, Math.min(each.rows(), each.columns()));
        }
        return new Orthogonal(arithmetic, elements, small * small);
    }

    /** Where the matrix is to be put, row by row; the array may be longer. */
    float[] matrix() {
        return first;
    }

    /**
     * Computes. The content of {@link #matrix} is lost.
     *
     * @return row by row; the array may be longer, and is written to by the next call // [rows, columns]
     */
    float[] nearest(int rows, int columns) {
        boolean wide = rows <= columns;
        int small = Math.min(rows, columns);
        int large = Math.max(rows, columns);
        int elements = rows * columns;
        float[] now = first;
        float[] next = second;
        float norm = (float) (1 / (Math.sqrt(arithmetic.dot(now, 0, now, 0, elements)) + TINY));
        for (int i = 0; i < elements; i++) {
            now[i] *= norm;
        }
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            // The matrix as [small, large], and its transpose.
            point(left, now, columns, wide);
            point(right, now, columns, !wide);
            arithmetic.pack(large, small, right, panels);
            arithmetic.multiply(small, small, large, left, panels, result.rows(gram, small), false);
            right.rows(gram, small);
            arithmetic.pack(small, small, right, panels);
            arithmetic.multiply(small, small, small, right, panels, result.rows(mixed, small), false);
            for (int i = 0; i < small * small; i++) {
                mixed[i] = B * gram[i] + C * mixed[i];
            }
            for (int i = 0; i < small; i++) {
                mixed[i * small + i] += A;
            }
            // Both are symmetric, so that the product may be taken from either side.
            right.rows(mixed, small);
            result.rows(next, columns);
            if (wide) {
                arithmetic.pack(small, large, left, panels);
                arithmetic.multiply(small, large, small, right, panels, result, false);
            } else {
                arithmetic.pack(small, small, right, panels);
                arithmetic.multiply(large, small, small, left.rows(now, columns), panels, result, false);
            }
            float[] kept = now;
            now = next;
            next = kept;
        }
        return now;
    }

    private static void point(Matrix view, float[] values, int columns, boolean asItStands) {
        if (asItStands) {
            view.rows(values, columns);
        } else {
            view.rowsTransposed(values, columns);
        }
    }
}
