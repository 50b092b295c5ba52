package org.pixelllm.forge.train.run;

import java.util.Arrays;

/** How long the last steps took. */
final class StepTimes {

    private static final int RECENT = 32;

    private final double[] seconds = new double[RECENT];
    private int steps;

    void add(double seconds) {
        this.seconds[steps++ % RECENT] = seconds;
    }

    /** The mean of the last steps in seconds, or NaN before the first. */
    double mean() {
        int count = Math.min(steps, RECENT);
        return Arrays.stream(seconds, 0, count).average().orElse(Double.NaN);
    }
}
