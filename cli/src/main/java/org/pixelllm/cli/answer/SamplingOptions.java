package org.pixelllm.cli.answer;

import java.util.SplittableRandom;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.Sampling;

/** The options of a generation. */
public final class SamplingOptions {

    /** Seeds chosen at random are short enough to type. */
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
        tokens = command.whole("N", "The most tokens to generate.", GenerationOptions.DEFAULT_TOKENS, "-n", "--tokens");
        stop = command.optionalText("TEXT", "Stop before this text.", "--stop");
        temperature = command.real(
                "T",
                "0 always takes the likeliest token; higher values vary more.",
                USUAL.temperature(),
                "--temperature");
        topK = command.whole("K", "Sample from the K likeliest tokens; 0: from all.", USUAL.topK(), "--top-k");
        topP = command.real(
                "P", "Sample from the likeliest tokens that together have this probability.", USUAL.topP(), "--top-p");
        minP = command.real(
                "P",
                "Sample from tokens with at least this share of the highest probability.",
                USUAL.minP(),
                "--min-p");
        repeatPenalty = command.real(
                "R", "Above 1, the last 64 tokens become less likely.", USUAL.repeatPenalty(), "--repeat-penalty");
        seed = command.optionalLong(
                "S", "The same seed gives the same tokens. Default: a new one each time.", "--seed");
    }

    /** With the seed that was given, else a random one. */
    public GenerationOptions read() {
        return read(new SplittableRandom().nextLong(RANDOM_SEEDS));
    }

    /** With the seed that was given, else this one. */
    public GenerationOptions read(long fallback) {
        Long chosen = seed.orNull();
        long drawn = chosen != null ? chosen : fallback;
        try {
            Sampling sampling =
                    new Sampling(temperature.get(), topK.get(), topP.get(), minP.get(), repeatPenalty.get(), drawn);
            return new GenerationOptions(sampling, tokens.get(), stop.orNull());
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** Refuses options that have no effect where nothing is sampled. */
    void requireNothingDrawn(String why) {
        for (Command.Value<?> each : new Command.Value<?>[] {temperature, topK, topP, minP, repeatPenalty, seed}) {
            if (each.isGiven()) {
                throw new UsageException(why);
            }
        }
    }
}
