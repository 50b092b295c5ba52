package org.pixelllm.cli.answer;

import java.util.SplittableRandom;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.Sampling;

/** What may be asked of a generation. */
public final class SamplingOptions {

    /** A seed that nobody gave is short enough to be typed again. */
    private static final long RANDOM_SEEDS = 1L << 32;

    private static final Sampling USUAL = Sampling.usual(0);

    private final Command.Value<Integer> tokens;
    private final Command.Value<String> stop;
    private final Command.Value<Double> temperature;
    private final Command.Value<Integer> topK;
    private final Command.Value<Double> topP;
    private final Command.Value<Double> minP;
    private final Command.Value<Double> repeatPenalty;
    private final Command.Value<Long> seed;

    public SamplingOptions(Command command) {
        tokens = command.whole("N", "At most so many tokens.", GenerationOptions.DEFAULT_TOKENS, "-n", "--tokens");
        stop = command.optionalText("TEXT", "End before this text.", "--stop");
        temperature = command.real(
                "T", "0 takes the likeliest token; more is more varied.", USUAL.temperature(), "--temperature");
        topK = command.whole("K", "Draw among the K likeliest; 0: all.", USUAL.topK(), "--top-k");
        topP = command.real(
                "P", "Draw among the likeliest that together have this probability.", USUAL.topP(), "--top-p");
        minP = command.real(
                "P", "Draw among those with this share of the highest probability.", USUAL.minP(), "--min-p");
        repeatPenalty = command.real(
                "R", "Above 1 makes the tokens of the last 64 less likely.", USUAL.repeatPenalty(), "--repeat-penalty");
        seed = command.optionalLong("S", "The same seed draws the same tokens. Default: another each time.", "--seed");
    }

    /** With the seed that was given, or one that was never there before. */
    public GenerationOptions read() {
        return read(new SplittableRandom().nextLong(RANDOM_SEEDS));
    }

    /** With the seed that was given, else this one. */
    public GenerationOptions read(long otherwise) {
        Long chosen = seed.orNull();
        long drawn = chosen != null ? chosen : otherwise;
        try {
            Sampling sampling =
                    new Sampling(temperature.get(), topK.get(), topP.get(), minP.get(), repeatPenalty.get(), drawn);
            return new GenerationOptions(sampling, tokens.get(), stop.orNull());
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** Refuses what makes no difference where nothing is drawn. */
    void requireNothingDrawn(String why) {
        for (Command.Value<?> each : new Command.Value<?>[] {temperature, topK, topP, minP, repeatPenalty, seed}) {
            if (each.isGiven()) {
                throw new UsageException(why);
            }
        }
    }
}
