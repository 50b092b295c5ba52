package org.pixelllm.forge.train.run;

import org.pixelllm.forge.train.optim.AdamW;
import org.pixelllm.forge.train.optim.Muon;

/**
 * How to train.
 *
 * @param steps optimizer steps
 * @param sequences windows of text in a step
 * @param length tokens of a window; at most the program's context
 * @param muon whether the layers' matrices are moved by {@link Muon}, and not as all others by {@link AdamW}
 * @param rate the highest learning rate
 * @param warmup steps over which the rate rises to it; it falls along a cosine to a tenth from there
 * @param decay weight decay, on matrices and tables
 * @param clip the largest norm of all gradients together
 * @param dropout the share of values that a step leaves out
 * @param seed what the first weights and the windows are drawn from
 */
public record TrainingOptions(
        int steps,
        int sequences,
        int length,
        boolean muon,
        double rate,
        int warmup,
        double decay,
        double clip,
        double dropout,
        long seed) {

    /** The most steps: the loss of each is kept. */
    public static final int MAX_STEPS = 1 << 24;

    /** The most tokens of one step. */
    public static final int MAX_TOKENS = 1 << 20;

    public TrainingOptions {
        require(steps >= 1 && steps <= MAX_STEPS, "steps", "1 to " + MAX_STEPS, steps);
        require(sequences >= 1, "batch", "at least 1", sequences);
        require(length >= 1, "length", "at least 1", length);
        require((long) sequences * length <= MAX_TOKENS, "batch times length", "at most " + MAX_TOKENS, sequences);
        require(rate > 0 && rate <= 1, "rate", "above 0, at most 1", rate);
        require(warmup >= 0, "warmup", "at least 0", warmup);
        require(decay >= 0 && decay < 1, "decay", "from 0, below 1", decay);
        require(clip > 0, "clip", "above 0", clip);
        require(dropout >= 0 && dropout < 1, "dropout", "from 0, below 1", dropout);
    }

    /** The options of a run whose number of steps is decided. */
    static TrainingOptions of(Settings settings, int steps) {
        int context = settings.whole(Setting.CONTEXT);
        int length = settings.whole(Setting.LENGTH, context);
        if (length > context) {
            throw Settings.fault(
                    Setting.LENGTH, "at most the --context of " + context + " tokens", String.valueOf(length));
        }
        return new TrainingOptions(
                steps,
                settings.whole(Setting.BATCH),
                length,
                muon(settings),
                settings.real(Setting.RATE),
                settings.whole(Setting.WARMUP, Math.min(100, steps / 10)),
                settings.real(Setting.DECAY),
                settings.real(Setting.CLIP),
                settings.real(Setting.DROPOUT),
                settings.seed());
    }

    private static boolean muon(Settings settings) {
        String word = settings.word(Setting.OPTIMIZER);
        return switch (word) {
            case "adamw" -> false;
            case "muon" -> true;
            default -> throw Settings.fault(Setting.OPTIMIZER, "adamw or muon", word);
        };
    }

    private static void require(boolean holds, String name, String expected, Number found) {
        if (!holds) {
            throw new SettingsException("--" + name + ": expected " + expected + ", found " + found);
        }
    }

    /** Tokens of one step. */
    public int tokens() {
        return sequences * length;
    }

    /** The learning rate of a step, counted from 0. */
    double rateAt(int step) {
        if (step < warmup) {
            return rate * (step + 1) / warmup;
        }
        double done = steps <= warmup ? 1 : (double) (step - warmup) / (steps - warmup);
        return rate * (0.1 + 0.9 * 0.5 * (1 + StrictMath.cos(StrictMath.PI * done)));
    }
}
