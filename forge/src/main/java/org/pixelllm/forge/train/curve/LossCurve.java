package org.pixelllm.forge.train.curve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** How a run went: the loss of each step, and what was measured on the way. */
public final class LossCurve {

    /** The weight of a step in the recent loss, as a share of the weight of the step after it. */
    private static final double SMOOTHING = 0.98;

    /**
     * A measurement.
     *
     * @param step after which it was made
     * @param bits per character of the validation text's sample
     */
    public record Measurement(int step, double bits) {}

    private float[] nats = new float[1024]; // per token, of each step
    private int steps;
    private final List<Measurement> measurements = new ArrayList<>();

    /** Adds a step with its loss in nats per token. */
    public void addLoss(double nats) {
        if (steps == this.nats.length) {
            this.nats = Arrays.copyOf(this.nats, 2 * steps);
        }
        this.nats[steps++] = (float) nats;
    }

    /** Adds a measurement in place of one after the same step. */
    public void addMeasurement(Measurement measured) {
        measurements.removeIf(each -> each.step == measured.step);
        measurements.add(measured);
    }

    public int steps() {
        return steps;
    }

    /** Nats per token of a step, counted from 0. */
    public float nats(int step) {
        return nats[step];
    }

    public List<Measurement> measurements() {
        return Collections.unmodifiableList(measurements);
    }

    /** What was measured last, or NaN. */
    public double lastMeasured() {
        return measurements.isEmpty() ? Double.NaN : measurements.getLast().bits;
    }

    /** Nats per token of the last steps, the later ones counting more; NaN before the first. */
    public double recent() {
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
