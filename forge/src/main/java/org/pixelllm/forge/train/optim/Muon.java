package org.pixelllm.forge.train.optim;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.train.gradient.Gradients;
import org.pixelllm.forge.train.gradient.Parameters;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Tensor;

/**
 * Muon (Jordan et al., <i>Muon: An optimizer for hidden layers in neural networks</i>, 2024): the running mean of a
 * matrix's gradients is made nearly orthogonal before the matrix is moved by it, so that every direction is followed
 * equally. The step is as long as one of Adam's (Liu et al., <i>Muon is Scalable for LLM Training</i>, 2025), which makes the same rates
 * and decays fit.
 */
public final class Muon implements Optimizer {

    private static final float MOMENTUM = 0.95f;
    private static final double ADAM_LENGTH = 0.2;

    private final Parameters parameters;
    private final int[] ids;
    private final double decay;
    private final Workers workers;
    private final float[] @Nullable [][] momenta; // by tensor id
    private final Orthogonal[] orthogonals; // of each thread
    private final Workers.Piece move = this::move;

    // What the pieces work on.
    private @Nullable Gradients gradients;
    private double rate;

    /**
     * Takes the memory.
     *
     * @param ids the matrices that it moves
     * @param arithmetics one for each thread
     */
    public Muon(Parameters parameters, List<Integer> ids, double decay, Workers workers, Arithmetic[] arithmetics) {
        this.parameters = parameters;
        this.ids = ids.stream().mapToInt(Integer::intValue).toArray();
        this.decay = decay;
        this.workers = workers;
        this.momenta = new float[parameters.program().tensors().size()][][];
        List<Tensor> matrices =
                ids.stream().map(id -> parameters.program().tensor(id)).toList();
        for (int id : ids) {
            momenta[id] = new float[1][parameters.values(id).length];
        }
        this.orthogonals = new Orthogonal[arithmetics.length];
        Arrays.setAll(orthogonals, thread -> Orthogonal.of(matrices, arithmetics[thread]));
    }

    @Override
    public float[][] state(int id) {
        return Objects.requireNonNull(momenta[id]);
    }

    @Override
    public void update(Gradients gradients, int step, double rate, double scale) {
        this.gradients = gradients;
        this.rate = rate;
        workers.split(ids.length, 1, move);
    }

    private void move(int thread, int from, int to) {
        for (int i = from; i < to; i++) {
            move(orthogonals[thread], ids[i], Objects.requireNonNull(gradients).gradient(ids[i]));
        }
    }

    private void move(Orthogonal own, int id, float[] gradient) {
        Tensor tensor = parameters.program().tensor(id);
        float[] momentum = state(id)[0];
        float[] direction = own.matrix();
        for (int i = 0; i < momentum.length; i++) {
            momentum[i] = MOMENTUM * momentum[i] + (1 - MOMENTUM) * gradient[i];
            direction[i] = MOMENTUM * momentum[i] + (1 - MOMENTUM) * gradient[i]; // Nesterov's look ahead
        }
        int rows = tensor.rows();
        int columns = tensor.columns();
        float[] orthogonal = own.nearest(rows, columns);
        float keep = (float) (1 - rate * decay);
        float length = (float) (rate * ADAM_LENGTH * Math.sqrt(Math.max(rows, columns)));
        float[] values = parameters.values(id);
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] * keep - length * orthogonal[i];
        }
    }
}
