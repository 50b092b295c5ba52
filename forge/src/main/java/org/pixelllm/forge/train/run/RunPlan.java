package org.pixelllm.forge.train.run;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.train.curve.LossCurve;
import org.pixelllm.pxvm.cartridge.Sha256;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * All that decides how a run goes: runs of the same plan end with the same weights.
 *
 * @param settings what was asked for
 * @param base the model that it goes on from; null for one from the start
 * @param data what is learnt from
 * @param steps of the whole run; {@link #UNDECIDED} until the speed is measured, where a time was asked for
 */
record RunPlan(Settings settings, @Nullable Base base, TrainingData data, int steps) {

    static final int UNDECIDED = 0;

    private static final int ID_DIGITS = 16;
    private static final int MEASURE_TOKENS = 1 << 21;
    private static final double SECONDS_PER_MINUTE = 60;

    /**
     * The plan of a run that begins.
     *
     * @throws SettingsException where there cannot be that many steps
     */
    static RunPlan of(Settings settings, @Nullable Base base, TrainingData data) {
        requireMeasured(settings, data);
        int steps = stepsAskedFor(settings, data);
        RunPlan plan = new RunPlan(settings, base, data, steps);
        return steps == UNDECIDED ? plan : plan.decided(0, steps);
    }

    /**
     * The plan of a run that continues.
     *
     * @param settings with what is new
     * @param done steps done
     * @param steps that the run was to have; they stay where none of the options given says how long it is
     * @throws SettingsException where more steps are done
     */
    static RunPlan resumed(
            Settings settings, @Nullable Base base, TrainingData data, boolean longer, int done, int steps) {
        requireMeasured(settings, data);
        int asked = longer ? stepsAskedFor(settings, data) : steps;
        RunPlan plan = new RunPlan(settings, base, data, asked);
        if (asked == UNDECIDED) {
            return plan;
        }
        if (asked < done) {
            throw new SettingsException("The length of the training: " + done
                    + " steps are done, which is more than the " + asked + " asked for. Give at least as many.");
        }
        return plan.decided(done, asked - done);
    }

    private static void requireMeasured(Settings settings, TrainingData data) {
        for (Setting setting : List.of(Setting.MEASURE, Setting.PATIENCE)) {
            if (settings.has(setting)) {
                settings.atLeastOne(setting);
                if (data.valid() == null) {
                    throw new SettingsException(setting.option() + ": needs a text to measure on, --valid.");
                }
            }
        }
    }

    private static int stepsAskedFor(Settings settings, TrainingData data) {
        if (settings.has(Setting.STEPS)) {
            return TrainingOptions.of(settings, settings.whole(Setting.STEPS))
                    .rate()
                    .steps();
        }
        if (settings.has(Setting.EPOCHS)) {
            double steps = settings.positive(Setting.EPOCHS)
                    * data.mixture().tokens()
                    / TrainingOptions.of(settings, 1).batch().tokens();
            return TrainingOptions.of(settings, (int) Math.ceil(steps)).rate().steps();
        }
        settings.positive(Setting.MINUTES);
        return UNDECIDED;
    }

    boolean isDecided() {
        return steps != UNDECIDED;
    }

    /**
     * The same plan with its number of steps, and with what depends on it and must not change any more.
     *
     * @param done steps done
     * @param fitting steps from there, or the most that a run may have
     */
    RunPlan decided(int done, long fitting) {
        int total = (int) Math.min(done + fitting, TrainingOptions.MAX_STEPS);
        Settings settled = settings;
        if (settings.isConstant() && !settings.has(Setting.WARMUP)) {
            settled = settled.with(Setting.WARMUP, String.valueOf(TrainingOptions.warmup(settings, total)));
        }
        if (settings.has(Setting.FALL) && settings.word(Setting.FALL).equals(TrainingOptions.REST)) {
            settled = settled.with(Setting.FALL, String.valueOf(total - done));
        }
        return new RunPlan(settled, base, data, total);
    }

    /** Whether the validation text is to be measured after a step. */
    boolean measuresAfter(int step) {
        return step > 0 && step % measureEvery() == 0;
    }

    private int measureEvery() {
        int tokens = options().batch().tokens();
        return settings.whole(Setting.MEASURE, Math.ceilDiv(MEASURE_TOKENS, tokens));
    }

    /** Whether measurements have ended the run: so many in a row were no better than one before. */
    boolean isPatienceSpent(LossCurve curve) {
        return settings.has(Setting.PATIENCE) && curve.sinceBest() >= settings.atLeastOne(Setting.PATIENCE);
    }

    /** The seconds asked for, where the number of steps is not. */
    double seconds() {
        return SECONDS_PER_MINUTE * settings.real(Setting.MINUTES);
    }

    /** How to train; while the number of steps is undecided, for one step. */
    TrainingOptions options() {
        return TrainingOptions.of(settings, Math.max(1, steps));
    }

    /** The program as it is trained: all f32. */
    Program trained() {
        return base == null ? architecture(ElementType.F32) : base.trained();
    }

    /** The program as it is in the finished cartridge. */
    Program finished() {
        if (base == null) {
            return architecture(weightType(settings));
        }
        return settings.has(Setting.WEIGHTS) ? base.typed(weightType(settings)) : base.program();
    }

    private Program architecture(ElementType weights) {
        return Architecture.program(settings, data.tokenizer().vocabulary(), weights);
    }

    /** The family's name for the manifest. */
    String family() {
        return base == null ? Architecture.family(settings) : base.family();
    }

    static ElementType weightType(Settings settings) {
        String word = settings.word(Setting.WEIGHTS);
        ElementType type = ElementType.ofWord(word);
        if (type == null || !type.isWeightType()) {
            throw Settings.fault(Setting.WEIGHTS, "a weight type such as f32, f16 or q8", word);
        }
        return type;
    }

    /** Bits per character that a loss of one nat per token is. */
    double bitsPerNat() {
        return 1 / StrictMath.log(2) / data.mixture().charactersPerToken();
    }

    /** What the run is known by: a digest of the plan. */
    String id() {
        StringBuilder text = new StringBuilder();
        settings.values().forEach((setting, value) -> {
            if (!setting.mayChange(settings.isConstant())) {
                text.append(setting).append('=').append(value).append('\n');
            }
        });
        text.append(settings.isConstant() ? "" : steps).append('\n');
        text.append(base == null ? "" : base.from() + "\n");
        data.sources().forEach(source -> text.append(source.sha256()).append('\n'));
        byte[] digest = Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest).substring(0, ID_DIGITS);
    }
}
