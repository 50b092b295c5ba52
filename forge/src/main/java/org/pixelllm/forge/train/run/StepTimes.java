package org.pixelllm.forge.train.run;

import java.util.Arrays;

/** How long the last steps took. */
final class StepTimes {

    private static final int RECENT = 32;

    /** The first steps, in which the code is still being compiled, tell nothing of the others. */
    private static final int WARM_UP = 2;

    /** Steps whose mean is steady enough to tell how long the rest takes. */
    private static final int STEADY = 3;

    private final double[] seconds = new double[RECENT];
    private int steps;
    private int warming = WARM_UP;

    void add(double seconds) {
        if (warming > 0) {
            warming--;
        } else {
            this.seconds[steps++ % RECENT] = seconds;
        }
    }

    /** Whether the mean tells how long further steps take. */
    boolean isSteady() {
        return steps >= STEADY;
    }

    /** The mean of the last steps in seconds, or NaN before the first. */
    double mean() {
        int count = Math.min(steps, RECENT);
        return Arrays.stream(seconds, 0, count).average().orElse(Double.NaN);
    }
}
