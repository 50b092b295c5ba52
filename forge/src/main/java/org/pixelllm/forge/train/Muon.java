package org.pixelllm.forge.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Arithmetic.Matrix;
import org.pixelllm.pxvm.executor.Arithmetic.Panels;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Tensor;

/**
 * Muon (Jordan et al., <i>Muon: An optimizer for hidden layers in neural networks</i>, 2024): the running mean of a
 * matrix's gradients is made nearly orthogonal before the matrix is moved by it, so that no direction is left behind. The
 * step is as long as one of Adam's (Liu et al., <i>Muon is Scalable for LLM Training</i>, 2025), which makes the same rates
 * and decays fit.
 */
final class Muon implements Optimizer {

    private static final float MOMENTUM = 0.95f;
    private static final int ITERATIONS = 5;
    private static final float A = 3.4445f;
    private static final float B = -4.7750f;
    private static final float C = 2.0315f;
    private static final double ADAM_LENGTH = 0.2;
    private static final double TINY = 1e-7;

    private final Parameters parameters;
    private final List<Integer> ids;
    private final double decay;
    private final Workers workers;
    private final Supplier<Arithmetic> arithmetic;
    private final Map<Integer, float[][]> momenta = new HashMap<>(); // by tensor id

    /** @param ids the matrices that it moves */
    Muon(Parameters parameters, List<Integer> ids, double decay, Workers workers, Supplier<Arithmetic> arithmetic) {
        this.parameters = parameters;
        this.ids = ids;
        this.decay = decay;
        this.workers = workers;
        this.arithmetic = arithmetic;
        for (int id : ids) {
            momenta.put(id, new float[1][parameters.values(id).length]);
        }
    }

    @Override
    public float[][] state(int id) {
        return Objects.requireNonNull(momenta.get(id));
    }

    @Override
    public void update(Gradients gradients, int step, double rate, double scale) {
        workers.split(ids.size(), 1, (thread, from, to) -> {
            Arithmetic own = arithmetic.get();
            for (int i = from; i < to; i++) {
                update(own, ids.get(i), gradients.gradient(ids.get(i)), rate);
            }
        });
    }

    private void update(Arithmetic own, int id, float[] gradient, double rate) {
        Tensor tensor = parameters.program().tensor(id);
        float[] momentum = state(id)[0];
        float[] direction = new float[momentum.length];
        for (int i = 0; i < momentum.length; i++) {
            momentum[i] = MOMENTUM * momentum[i] + (1 - MOMENTUM) * gradient[i];
            direction[i] = MOMENTUM * momentum[i] + (1 - MOMENTUM) * gradient[i]; // Nesterov's look ahead
        }
        int rows = tensor.rows();
        int columns = tensor.columns();
        float[] orthogonal = orthogonal(own, direction, rows, columns);
        float keep = (float) (1 - rate * decay);
        float length = (float) (rate * ADAM_LENGTH * Math.sqrt(Math.max(rows, columns)));
        float[] values = parameters.values(id);
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] * keep - length * orthogonal[i];
        }
    }

    /**
     * The nearest matrix whose shorter side is orthogonal, roughly: five Newton-Schulz iterations of a quintic that brings
     * all singular values near 1.
     *
     * @param x is lost // [rows, columns]
     */
    static float[] orthogonal(Arithmetic own, float[] x, int rows, int columns) {
        boolean wide = rows <= columns;
        int small = Math.min(rows, columns);
        int large = Math.max(rows, columns);
        float norm = (float) (1 / (Math.sqrt(own.dot(x, 0, x, 0, x.length)) + TINY));
        for (int i = 0; i < x.length; i++) {
            x[i] *= norm;
        }
        float[] now = x;
        float[] next = new float[x.length];
        float[] gram = new float[small * small];
        float[] mixed = new float[small * small];
        Panels panels = new Panels();
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            Matrix m = seen(now, columns, wide); // [small, large]
            own.pack(large, small, m.transposed(), panels);
            own.multiply(small, small, large, m, panels, Matrix.of(gram, small), false);
            own.pack(small, small, Matrix.of(gram, small), panels);
            own.multiply(small, small, small, Matrix.of(gram, small), panels, Matrix.of(mixed, small), false);
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] = B * gram[i] + C * mixed[i];
            }
            for (int i = 0; i < small; i++) {
                mixed[i * small + i] += A;
            }
            // Both are symmetric, so that the product may be taken from either side.
            if (wide) {
                own.pack(small, large, m, panels);
                own.multiply(small, large, small, Matrix.of(mixed, small), panels, Matrix.of(next, columns), false);
            } else {
                own.pack(small, small, Matrix.of(mixed, small), panels);
                own.multiply(large, small, small, Matrix.of(now, columns), panels, Matrix.of(next, columns), false);
            }
            float[] kept = now;
            now = next;
            next = kept;
        }
        return now;
    }

    /** The matrix, or its transpose where it is higher than wide. */
    private static Matrix seen(float[] x, int columns, boolean wide) {
        Matrix matrix = Matrix.of(x, columns);
        return wide ? matrix : matrix.transposed();
    }
}
