package org.pixelllm.forge.train.run;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.pixelllm.pxvm.cartridge.Sha256;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * All that decides how a run goes: runs of the same plan end with the same weights.
 *
 * @param settings what was asked for
 * @param data what is learnt from
 * @param steps of the whole run; {@link #UNDECIDED} until the speed is measured, where a time was asked for
 */
record RunPlan(Settings settings, TrainingData data, int steps) {

    static final int UNDECIDED = 0;

    private static final int ID_DIGITS = 16;
    private static final double SECONDS_PER_MINUTE = 60;

    /**
     * The plan of a run that begins.
     *
     * @throws SettingsException where there cannot be that many steps
     */
    static RunPlan of(Settings settings, TrainingData data) {
        return new RunPlan(settings, data, stepsAskedFor(settings, data));
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

    /** The same plan with as many steps as fit, or the most that a run may have. */
    RunPlan decided(long fitting) {
        return new RunPlan(settings, data, (int) Math.min(fitting, TrainingOptions.MAX_STEPS));
    }

    /** The seconds asked for, where the number of steps is not. */
    double seconds() {
        return SECONDS_PER_MINUTE * settings.real(Setting.MINUTES);
    }

    /** How to train; while the number of steps is undecided, for one step. */
    TrainingOptions options() {
        return TrainingOptions.of(settings, Math.max(1, steps));
    }

    /** The program with its matrices in a type. */
    Program program(ElementType weights) {
        return Architecture.program(settings, data.tokenizer().vocabulary(), weights);
    }

    /** The type of the matrices in the finished cartridge. */
    ElementType weightType() {
        return weightType(settings);
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
            if (!setting.mayChange()) {
                text.append(setting).append('=').append(value).append('\n');
            }
        });
        text.append(steps).append('\n');
        data.sources().forEach(source -> text.append(source.sha256()).append('\n'));
        byte[] digest = Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest).substring(0, ID_DIGITS);
    }
}
