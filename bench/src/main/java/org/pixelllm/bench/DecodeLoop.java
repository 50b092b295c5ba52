package org.pixelllm.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.pixelllm.engine.Batch;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Session;

/**
 * Measures one cartridge in a process of its own, as a user gets it: greedy decoding without a prompt, taking in many
 * tokens at once, or 64 sessions that decode together. After a warm-up it prints the tokens a second of each round, in one line.
 */
public final class DecodeLoop {

    private static final String USAGE =
            "bench/decode CARTRIDGE [decode|prefill|together] [-t THREADS] [-s SECONDS] [-n TOKENS] [-x simd|reference|webgpu]";
    private static final double WARM_UP_SECONDS = 4;
    private static final double NANOS = 1e9;

    /** Where llama2.c begins, too. */
    private static final int BEGINNING = 1;

    private static final int SESSIONS = 64;

    /** What is measured. */
    private enum Way {
        DECODE(256),
        PREFILL(128),
        TOGETHER(32);

        private final int tokens;

        Way(int tokens) {
            this.tokens = tokens;
        }
    }

    private final Way way;
    private final List<Session> sessions = new ArrayList<>();
    private final Batch batch;
    private final int[] prompt;
    private final int[] tokens; // one for each session
    private final float[] logits; // [sessions, vocabulary]

    @SuppressWarnings("MustBeClosedChecker") // The process ends with them.
    private DecodeLoop(PixelLlm model, Way way, int count) {
        this.way = way;
        int fitting = Math.min(count, model.context());
        this.prompt = new Random(1).ints(fitting, 0, model.vocabulary()).toArray();
        this.tokens = new int[way == Way.TOGETHER ? SESSIONS : 1];
        this.logits = new float[tokens.length * model.vocabulary()];
        for (int i = 0; i < tokens.length; i++) {
            sessions.add(model.newSession());
        }
        this.batch = model.batch(sessions);
    }

    /** Reads the options and measures. */
    public static void main(String[] arguments) throws InterruptedException {
        CommandLine.run(() -> measure(arguments));
    }

    private static void measure(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            throw new IllegalArgumentException(USAGE);
        }
        Way way = Way.DECODE;
        int threads = 1;
        double seconds = 4;
        int count = 0;
        String executor = "simd";
        for (int i = 1; i < arguments.length; i++) {
            String argument = arguments[i];
            switch (argument) {
                case "decode", "prefill", "together" -> way = Way.valueOf(argument.toUpperCase(Locale.ROOT));
                case "-t" -> threads = (int) number(arguments, ++i);
                case "-s" -> seconds = number(arguments, ++i);
                case "-n" -> count = (int) number(arguments, ++i);
                case "-x" -> executor = value(arguments, ++i);
                default -> throw new IllegalArgumentException(USAGE);
            }
        }
        try (PixelLlm model = PixelLlm.open(Path.of(arguments[0]), choice(executor, threads))) {
            System.out.println(new DecodeLoop(model, way, count == 0 ? way.tokens : count).rounds(seconds));
        }
    }

    private static ExecutorChoice choice(String executor, int threads) {
        return switch (executor) {
            case "simd", "reference", "webgpu" -> new ExecutorChoice(executor, threads);
            default -> throw new IllegalArgumentException(USAGE);
        };
    }

    private static double number(String[] arguments, int at) {
        double number;
        try {
            number = Double.parseDouble(value(arguments, at));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(USAGE, e);
        }
        if (!(number >= 1)) {
            throw new IllegalArgumentException(arguments[at - 1] + " is 1 or more");
        }
        return number;
    }

    private static String value(String[] arguments, int at) {
        if (at >= arguments.length) {
            throw new IllegalArgumentException(USAGE);
        }
        return arguments[at];
    }

    /** Whole rounds for about this long, at least one. */
    private String rounds(double seconds) {
        long warm = System.nanoTime() + (long) (WARM_UP_SECONDS * NANOS);
        while (System.nanoTime() < warm) {
            round(warm);
        }
        StringBuilder line = new StringBuilder();
        long end = System.nanoTime() + (long) (seconds * NANOS);
        do {
            long start = System.nanoTime();
            round(Long.MAX_VALUE);
            double taken = (System.nanoTime() - start) / NANOS;
            line.append(String.format(
                    Locale.ROOT, line.isEmpty() ? "%.2f" : " %.2f", (double) prompt.length * tokens.length / taken));
        } while (System.nanoTime() < end);
        return line.toString();
    }

    /** One round from empty sessions, cut off at a time. */
    private void round(long until) {
        sessions.forEach(Session::reset);
        if (way == Way.PREFILL) {
            sessions.getFirst().accept(prompt);
            return;
        }
        Arrays.fill(tokens, BEGINNING);
        for (int i = 0; i < prompt.length && System.nanoTime() < until; i++) {
            batch.accept(tokens, logits);
            int vocabulary = logits.length / tokens.length;
            for (int session = 0; session < tokens.length; session++) {
                tokens[session] = greatest(logits, session * vocabulary, vocabulary);
            }
        }
    }

    private static int greatest(float[] logits, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (logits[from + i] > logits[from + best]) {
                best = i;
            }
        }
        return best;
    }
}
