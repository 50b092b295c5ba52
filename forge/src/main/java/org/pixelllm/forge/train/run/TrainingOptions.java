package org.pixelllm.forge.train.run;

import java.util.Locale;
import org.pixelllm.forge.train.optim.LearningRateSchedule;

/**
 * How to train.
 *
 * @param batch what one step sees
 * @param optimizer how gradients change the weights
 * @param rate the learning rate of each step, and how many steps there are
 * @param average the share of the steps done that an average of the weights reaches back over; 0 for no average
 * @param dropout the share of values that a step leaves out
 * @param seed what the first weights and the windows are drawn from
 */
record TrainingOptions(
        BatchShape batch,
        OptimizerOptions optimizer,
        LearningRateSchedule rate,
        double average,
        double dropout,
        long seed) {

    /** The most steps: the loss of each is kept. */
    static final int MAX_STEPS = 1 << 24;

    /** The value of {@code --fall} that stands for all steps left. */
    static final String REST = "rest";

    private static final int MAX_DEFAULT_WARMUP = 100;
    private static final double DEFAULT_FALL = 0.2;

    TrainingOptions {
        require(rate.steps() >= 1 && rate.steps() <= MAX_STEPS, Setting.STEPS, "1 to " + MAX_STEPS, rate.steps());
        require(rate.highest() > 0 && rate.highest() <= 1, Setting.RATE, "above 0, at most 1", rate.highest());
        require(rate.warmup() >= 0, Setting.WARMUP, "at least 0", rate.warmup());
        require(average >= 0 && average < 1, Setting.AVERAGE, "from 0, below 1", average);
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
        return new TrainingOptions(
                new BatchShape(settings.whole(Setting.BATCH), length),
                OptimizerOptions.of(settings),
                new LearningRateSchedule(
                        shape(settings),
                        settings.real(Setting.RATE),
                        warmup(settings, steps),
                        steps,
                        fall(settings, steps)),
                settings.has(Setting.AVERAGE) ? settings.real(Setting.AVERAGE) : 0,
                settings.real(Setting.DROPOUT),
                settings.seed());
    }

    static int warmup(Settings settings, int steps) {
        return settings.whole(Setting.WARMUP, Math.min(MAX_DEFAULT_WARMUP, steps / 10));
    }

    static boolean isConstant(Settings settings) {
        return shape(settings) == LearningRateSchedule.Shape.CONSTANT;
    }

    private static LearningRateSchedule.Shape shape(Settings settings) {
        String word = settings.word(Setting.SCHEDULE);
        for (LearningRateSchedule.Shape shape : LearningRateSchedule.Shape.values()) {
            if (word.equals(shape.name().toLowerCase(Locale.ROOT))) {
                return shape;
            }
        }
        throw Settings.fault(Setting.SCHEDULE, "cosine or constant", word);
    }

    /** The steps at the end over which a constant rate falls. */
    private static int fall(Settings settings, int steps) {
        if (!isConstant(settings)) {
            if (settings.has(Setting.FALL)) {
                throw new SettingsException(Setting.FALL.option() + ": only with --schedule constant.");
            }
            return 0;
        }
        boolean rest = settings.has(Setting.FALL) && settings.word(Setting.FALL).equals(REST);
        if (rest) {
            return steps; // Until their number is known.
        }
        double given = settings.has(Setting.FALL) ? settings.real(Setting.FALL) : DEFAULT_FALL;
        if (given < 0 || (given >= 1 && given != Math.rint(given))) {
            throw Settings.fault(
                    Setting.FALL, "a share from 0 to below 1, or a number of steps", settings.word(Setting.FALL));
        }
        return (int) Math.min(steps, given < 1 ? Math.ceil(given * steps) : given);
    }

    static void require(boolean holds, Setting setting, String expected, Number found) {
        if (!holds) {
            throw Settings.fault(setting, expected, String.valueOf(found));
        }
    }
}
