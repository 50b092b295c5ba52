package org.pixelllm.forge.train.run;

/**
 * How to train.
 *
 * @param batch what one step sees
 * @param optimizer how gradients change the weights
 * @param rate the learning rate of each step, and how many steps there are
 * @param dropout the share of values that a step leaves out
 * @param seed what the first weights and the windows are drawn from
 */
record TrainingOptions(
        BatchShape batch, OptimizerOptions optimizer, LearningRateSchedule rate, double dropout, long seed) {

    /** The most steps: the loss of each is kept. */
    static final int MAX_STEPS = 1 << 24;

    private static final int MAX_DEFAULT_WARMUP = 100;

    TrainingOptions {
        require(rate.steps() >= 1 && rate.steps() <= MAX_STEPS, Setting.STEPS, "1 to " + MAX_STEPS, rate.steps());
        require(rate.highest() > 0 && rate.highest() <= 1, Setting.RATE, "above 0, at most 1", rate.highest());
        require(rate.warmup() >= 0, Setting.WARMUP, "at least 0", rate.warmup());
        require(dropout >= 0 && dropout < 1, Setting.DROPOUT, "from 0, below 1", dropout);
    }

    /**
     * The options of a run whose number of steps is decided.
     *
     * @throws SettingsException naming the option that is out of range
     */
    static TrainingOptions of(Settings settings, int steps) {
        int context = settings.whole(Setting.CONTEXT);
        int length = settings.whole(Setting.LENGTH, context);
        if (length > context) {
            throw Settings.fault(
                    Setting.LENGTH, "at most the --context of " + context + " tokens", String.valueOf(length));
        }
        int warmup = settings.whole(Setting.WARMUP, Math.min(MAX_DEFAULT_WARMUP, steps / 10));
        return new TrainingOptions(
                new BatchShape(settings.whole(Setting.BATCH), length),
                OptimizerOptions.of(settings),
                new LearningRateSchedule(settings.real(Setting.RATE), warmup, steps),
                settings.real(Setting.DROPOUT),
                settings.seed());
    }

    static void require(boolean holds, Setting setting, String expected, Number found) {
        if (!holds) {
            throw Settings.fault(setting, expected, String.valueOf(found));
        }
    }
}
