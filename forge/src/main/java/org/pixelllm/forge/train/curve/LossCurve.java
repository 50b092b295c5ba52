package org.pixelllm.forge.train.curve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a run went: the loss of each step, and what was measured on the way. */
public final class LossCurve {

    /** The weight of a step in the recent loss, as a share of the weight of the step after it. */
    private static final double SMOOTHING = 0.98;

    /**
     * A measurement, in bits per character of the validation text's sample.
     *
     * @param step after which it was made
     * @param plain what the weights cost
     * @param averaged what their average costs; NaN where none is kept
     */
    public record Measurement(int step, double plain, double averaged) {

        /** What the better of both costs. */
        public double bits() {
            return isAverage() ? averaged : plain;
        }

        /** Whether the average is the better. */
        public boolean isAverage() {
            return averaged < plain;
        }
    }

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

    /** Adds a measurement, which is later than those before it. */
    public void addMeasurement(Measurement measured) {
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

    /** What was measured last, or null. */
    public @Nullable Measurement last() {
        return measurements.isEmpty() ? null : measurements.getLast();
    }

    /** The best that was measured, the first of equals, or null. */
    public @Nullable Measurement best() {
        Measurement best = null;
        for (Measurement each : measurements) {
            if (best == null || each.bits() < best.bits()) {
                best = each;
            }
        }
        return best;
    }

    /** How many measurements in a row were no better than one before them. */
    public int sinceBest() {
        return measurements.isEmpty() ? 0 : measurements.size() - 1 - measurements.indexOf(best());
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
