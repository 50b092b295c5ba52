package org.pixelllm.forge.train.run;

/**
 * The learning rate over a run: it rises in equal parts to its highest and falls from there along a cosine to a tenth.
 *
 * @param highest the highest learning rate
 * @param warmup steps over which the rate rises
 * @param steps of the whole run
 */
record LearningRateSchedule(double highest, int warmup, int steps) {

    private static final double LAST = 0.1;

    /** The learning rate of a step, counted from 0. */
    double at(int step) {
        if (step < warmup) {
            return highest * (step + 1) / warmup;
        }
        double done = steps <= warmup ? 1 : (double) (step - warmup) / (steps - warmup);
        return highest * (LAST + (1 - LAST) * 0.5 * (1 + StrictMath.cos(StrictMath.PI * done)));
    }
}
