package org.pixelllm.forge.train.optim;

import org.pixelllm.forge.train.gradient.Gradients;

/** Moves weights by their gradients. */
public interface Optimizer {

    /**
     * Moves the weights one step.
     *
     * @param step counted from 0
     * @param rate the learning rate of this step
     * @param scale what every gradient is multiplied with first
     */
    void update(Gradients gradients, int step, double rate, double scale);

    /** What is kept of a weight from step to step, an array or two; not copied // [n, elements] */
    float[][] state(int id);
}
