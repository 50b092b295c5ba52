package org.pixelllm.forge.train.run;

import java.util.Arrays;
import java.util.function.BooleanSupplier;

/** Finds out how many steps fit into a time, by doing some. What they learn is discarded. */
final class Rehearsal {

    private static final double NANOS = 1e9;

    /** The share of its time that a run with a time limit spends on measuring its speed, and the most seconds. */
    private static final double SHARE = 0.1;

    private static final double MAX_SECONDS = 20;
    private static final int MIN_STEPS = 3;

    /** The share that is left for measurements, checkpoints and steps that take longer than the first ones. */
    private static final double RESERVE = 0.05;

    private Rehearsal() {}

    /**
     * Measures.
     *
     * @param options of the steps
     * @param total seconds from now on
     * @param stopping whether to give up
     * @return at least 1
     */
    static long stepsIn(double total, Trainer trainer, TrainingOptions options, BooleanSupplier stopping) {
        long begun = System.nanoTime();
        double most = Math.min(MAX_SECONDS, SHARE * total);
        double[] times = new double[16];
        int count = 0;
        double spent = 0;
        while ((count < MIN_STEPS || spent < most) && !stopping.getAsBoolean()) {
            long start = System.nanoTime();
            trainer.step(options, count);
            if (count == times.length) {
                times = Arrays.copyOf(times, 2 * count);
            }
            times[count++] = (System.nanoTime() - start) / NANOS;
            spent = (System.nanoTime() - begun) / NANOS;
        }
        if (count == 0) {
            return 1;
        }
        // The first steps run before the code is compiled.
        double[] later = Arrays.copyOfRange(times, count / 2, count);
        Arrays.sort(later);
        return Math.max(1, (long) ((1 - RESERVE) * (total - spent) / later[later.length / 2]));
    }
}
