package org.pixelllm.forge.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.pixelllm.pxvm.executor.Workers;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, <i>Decoupled Weight Decay Regularization</i>, 2019). Matrices
 * and tables decay, gains and biases do not.
 */
final class AdamW implements Optimizer {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.99;
    private static final float EPSILON = 1e-8f;
    private static final int CHUNK = 1 << 15;

    private final Parameters parameters;
    private final List<Integer> ids;
    private final double decay;
    private final Workers workers;
    private final Map<Integer, float[][]> moments = new HashMap<>(); // by tensor id: means, then means of squares

    /** @param ids the weights that it moves */
    AdamW(Parameters parameters, List<Integer> ids, double decay, Workers workers) {
        this.parameters = parameters;
        this.ids = ids;
        this.decay = decay;
        this.workers = workers;
        for (int id : ids) {
            moments.put(id, new float[2][parameters.values(id).length]);
        }
    }

    @Override
    public float[][] state(int id) {
        return Objects.requireNonNull(moments.get(id));
    }

    @Override
    public void update(Gradients gradients, int step, double rate, double scale) {
        double correct1 = 1 / (1 - StrictMath.pow(BETA1, step + 1));
        float correct2 = (float) (1 / (1 - StrictMath.pow(BETA2, step + 1)));
        for (int id : ids) {
            boolean decays = parameters.program().tensor(id).shape().size() > 1;
            float keep = (float) (decays ? 1 - rate * decay : 1);
            float[] values = parameters.values(id);
            float[] gradient = gradients.gradient(id);
            float[] means = state(id)[0];
            float[] squares = state(id)[1];
            workers.split(values.length, CHUNK, (thread, from, to) -> {
                average(gradient, means, squares, from, to, (float) scale);
                move(values, means, squares, from, to, keep, (float) (rate * correct1), correct2);
            });
        }
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
