package org.pixelllm.forge.train.optim;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.train.gradient.Gradients;
import org.pixelllm.forge.train.gradient.Parameters;
import org.pixelllm.pxvm.executor.Workers;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, <i>Decoupled Weight Decay Regularization</i>, 2019). Matrices
 * and tables decay, gains and biases do not.
 */
public final class AdamW implements Optimizer {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.99;
    private static final float EPSILON = 1e-8f;
    private static final int CHUNK = 1 << 15;

    private final Parameters parameters;
    private final int[] ids;
    private final double decay;
    private final Workers workers;
    private final float[] @Nullable [][] moments; // by tensor id: means, then means of squares
    private final Workers.Piece move = this::move;

    // What the pieces work on.
    private float[] values = {};
    private float[] gradient = {};
    private float[][] kept = {};
    private float keep;
    private float scale;
    private float rate;
    private float correct;

    /** @param ids the weights that it moves */
    public AdamW(Parameters parameters, List<Integer> ids, double decay, Workers workers) {
        this.parameters = parameters;
        this.ids = ids.stream().mapToInt(Integer::intValue).toArray();
        this.decay = decay;
        this.workers = workers;
        this.moments = new float[parameters.program().tensors().size()][][];
        for (int id : ids) {
            moments[id] = new float[2][parameters.values(id).length];
        }
    }

    @Override
    public float[][] state(int id) {
        return Objects.requireNonNull(moments[id]);
    }

    @Override
    public void update(Gradients gradients, int step, double rate, double scale) {
        double correct1 = 1 / (1 - StrictMath.pow(BETA1, step + 1));
        this.correct = (float) (1 / (1 - StrictMath.pow(BETA2, step + 1)));
        this.scale = (float) scale;
        this.rate = (float) (rate * correct1);
        for (int id : ids) {
            if (parameters.isFixed(id)) {
                continue;
            }
            boolean decays = parameters.program().tensor(id).shape().size() > 1;
            keep = (float) (decays ? 1 - rate * decay : 1);
            values = parameters.values(id);
            gradient = gradients.gradient(id);
            kept = state(id);
            workers.split(values.length, CHUNK, move);
        }
    }

    private void move(int thread, int from, int to) {
        average(gradient, kept[0], kept[1], from, to, scale);
        move(values, kept[0], kept[1], from, to, keep, rate, correct);
    }

    private static void average(float[] gradient, float[] means, float[] squares, int from, int to, float scale) {
        float b1 = (float) BETA1;
        float b2 = (float) BETA2;
        for (int i = from; i < to; i++) {
            float g = gradient[i] * scale;
            means[i] = b1 * means[i] + (1 - b1) * g;
            squares[i] = b2 * squares[i] + (1 - b2) * g * g;
        }
    }

    private static void move(
            float[] values, float[] means, float[] squares, int from, int to, float keep, float rate, float correct) {
        for (int i = from; i < to; i++) {
            float root = (float) Math.sqrt(squares[i] * correct) + EPSILON;
            values[i] = values[i] * keep - rate * means[i] / root;
        }
    }
}
