package org.pixelllm.forge.train.optim;

/**
 * The learning rate over a run: it rises in equal parts to its highest, and falls from there.
 *
 * @param shape how it falls
 * @param highest the highest learning rate
 * @param warmup steps over which the rate rises
 * @param steps of the whole run
 * @param fall the last steps, over which a constant rate falls; 0 for none
 */
public record LearningRateSchedule(Shape shape, double highest, int warmup, int steps, int fall) {

    /** How a learning rate falls after it has risen. */
    public enum Shape {
        /** Along a cosine to a tenth, over all steps. */
        COSINE,
        /**
         * Not at all before the last steps, over which it falls in equal parts to nearly zero (Hägele et al., <i>Scaling Laws
         * and Compute-Optimal Training Beyond Fixed Training Durations</i>, 2024). Until then nothing depends on how long the
         * run is.
         */
        CONSTANT
    }

    private static final double LAST = 0.1;

    /** The learning rate of a step, counted from 0. */
    public double at(int step) {
        double rising = step < warmup ? highest * (step + 1) / warmup : highest;
        return switch (shape) {
            case COSINE -> step < warmup ? rising : cosine(step);
            case CONSTANT -> step < steps - fall ? rising : rising * (steps - step) / fall;
        };
    }

    private double cosine(int step) {
        double done = steps <= warmup ? 1 : (double) (step - warmup) / (steps - warmup);
        return highest * (LAST + (1 - LAST) * 0.5 * (1 + StrictMath.cos(StrictMath.PI * done)));
    }
}
