package org.pixelllm.forge.train.optim;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.train.gradient.Parameters;
import org.pixelllm.pxvm.executor.Workers;

/**
 * A running average of the weights, whose memory grows with the run: it always reaches back over about the same share of
 * the steps done (Karras et al., <i>Analyzing and Improving the Training Dynamics of Diffusion Models</i>, 2024). While the
 * rate is constant, it shows about what a fall of the rate would bring.
 */
public final class Average {

    private static final int CHUNK = 1 << 15;

    private final Parameters parameters;
    private final double share;
    private final Workers workers;
    private final float[] @Nullable [] averages; // by tensor id
    private final Workers.Piece move = this::move;

    // What the pieces work on.
    private float[] values = {};
    private float[] average = {};
    private float part;

    /** @param share of the steps done that it reaches back over, above 0, below 1 */
    public Average(Parameters parameters, double share, Workers workers) {
        this.parameters = parameters;
        this.share = share;
        this.workers = workers;
        this.averages = new float[parameters.program().tensors().size()][];
        for (int id : parameters.ids()) {
            averages[id] = new float[parameters.values(id).length];
        }
    }

    /** The average of a weight; not copied. */
    public float[] values(int id) {
        return Objects.requireNonNull(averages[id]);
    }

    /** Begins with the weights as they are. */
    public void reset() {
        for (int id : parameters.ids()) {
            System.arraycopy(parameters.values(id), 0, values(id), 0, values(id).length);
        }
    }

    /**
     * Takes in the weights as a step left them.
     *
     * @param step counted from 0
     */
    public void add(int step) {
        part = (float) Math.min(1, 1 / (share * (step + 1)));
        for (int id : parameters.ids()) {
            values = parameters.values(id);
            average = values(id);
            workers.split(values.length, CHUNK, move);
        }
    }

    private void move(int thread, int from, int to) {
        move(values, average, from, to, part);
    }

    private static void move(float[] values, float[] average, int from, int to, float part) {
        for (int i = from; i < to; i++) {
            average[i] += part * (values[i] - average[i]);
        }
    }
}
