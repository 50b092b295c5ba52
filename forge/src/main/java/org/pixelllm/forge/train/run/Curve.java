package org.pixelllm.forge.train.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** How a run went: the loss of each step, and what was measured on the way. */
final class Curve {

    /** How much of the recent loss is what it was a step before. */
    private static final double SMOOTHING = 0.98;

    /**
     * A measurement.
     *
     * @param step after which it was made
     * @param bits per character of the valid text's sample
     */
    record Valid(int step, double bits) {}

    private float[] nats = new float[1024]; // per token, of each step
    private int steps;
    private final List<Valid> valid = new ArrayList<>();

    void add(double nats) {
        if (steps == this.nats.length) {
            this.nats = Arrays.copyOf(this.nats, 2 * steps);
        }
        this.nats[steps++] = (float) nats;
    }

    /** Adds a measurement in place of one after the same step. */
    void add(Valid measured) {
        valid.removeIf(each -> each.step == measured.step);
        valid.add(measured);
    }

    int steps() {
        return steps;
    }

    /** Nats per token of a step, counted from 0. */
    float nats(int step) {
        return nats[step];
    }

    List<Valid> valid() {
        return Collections.unmodifiableList(valid);
    }

    /** What was measured last, or NaN. */
    double lastValid() {
        return valid.isEmpty() ? Double.NaN : valid.getLast().bits;
    }

    /** Nats per token of the last steps, the later ones counting more; NaN before the first. */
    double recent() {
        double sum = 0;
        double weight = 0;
        double share = 1;
        for (int step = steps - 1; step >= 0 && share > 1e-4; step--) {
            sum += share * nats[step];
            weight += share;
            share *= SMOOTHING;
        }
        return sum / weight;
    }
}
