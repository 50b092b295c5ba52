package org.pixelllm.forge.train;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, <i>Decoupled Weight Decay Regularization</i>, 2019), for one
 * tensor.
 */
final class AdamW {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.99;
    private static final float EPSILON = 1e-8f;

    private final float[] mean;
    private final float[] square;

    AdamW(int elements) {
        mean = new float[elements];
        square = new float[elements];
    }

    /**
     * Moves the values one step.
     *
     * @param step counted from 0
     * @param scale what each gradient is multiplied with first, for clipping
     */
    void update(float[] values, float[] gradient, int step, double rate, double decay, double scale) {
        float b1 = (float) BETA1;
        float b2 = (float) BETA2;
        float correct1 = (float) (1 / (1 - StrictMath.pow(BETA1, step + 1)));
        float correct2 = (float) (1 / (1 - StrictMath.pow(BETA2, step + 1)));
        float keep = (float) (1 - rate * decay);
        float s = (float) scale;
        float r = (float) rate;
        for (int i = 0; i < values.length; i++) {
            float g = gradient[i] * s;
            mean[i] = b1 * mean[i] + (1 - b1) * g;
            square[i] = b2 * square[i] + (1 - b2) * g * g;
            float root = (float) Math.sqrt(square[i] * correct2) + EPSILON;
            values[i] = values[i] * keep - r * mean[i] * correct1 / root;
        }
    }

    /** What is kept from step to step; not copied. */
    float[][] state() {
        return new float[][] {mean, square};
    }
}
