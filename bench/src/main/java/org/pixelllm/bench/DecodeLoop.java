package org.pixelllm.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Session;

/**
 * Measures one cartridge in a process of its own, as a user gets it: greedy decoding without a prompt, or taking in many
 * tokens at once. After a warm-up it prints the tokens a second of each round, in one line.
 */
public final class DecodeLoop {

    private static final String USAGE =
            "bench/decode CARTRIDGE [decode|prefill] [-t THREADS] [-s SECONDS] [-n TOKENS] [-x simd|reference]";
    private static final double WARM_UP_SECONDS = 4;
    private static final double NANOS = 1e9;

    /** Where llama2.c begins, too. */
    private static final int BEGINNING = 1;

    private final PixelLlm model;
    private final Session session;
    private final boolean prefill;
    private final int[] tokens;

    private DecodeLoop(PixelLlm model, Session session, boolean prefill, int count) {
        this.model = model;
        this.session = session;
        this.prefill = prefill;
        int fitting = Math.min(count, model.context());
        this.tokens = new Random(1).ints(fitting, 0, model.vocabulary()).toArray();
    }

    /** Reads the options and measures. */
    public static void main(String[] arguments) throws InterruptedException {
        CommandLine.run(() -> measure(arguments));
    }

    private static void measure(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            throw new IllegalArgumentException(USAGE);
        }
        boolean prefill = false;
        int threads = 1;
        double seconds = 4;
        int count = 0;
        ExecutorChoice.Kind kind = ExecutorChoice.Kind.SIMD;
        for (int i = 1; i < arguments.length; i++) {
            String argument = arguments[i];
            switch (argument) {
                case "decode" -> prefill = false;
                case "prefill" -> prefill = true;
                case "-t" -> threads = (int) number(arguments, ++i);
                case "-s" -> seconds = number(arguments, ++i);
                case "-n" -> count = (int) number(arguments, ++i);
                case "-x" ->
                    kind = ExecutorChoice.Kind.valueOf(value(arguments, ++i).toUpperCase(Locale.ROOT));
                default -> throw new IllegalArgumentException(USAGE);
            }
        }
        if (count == 0) {
            count = prefill ? 128 : 256;
        }
        try (PixelLlm model = PixelLlm.open(Path.of(arguments[0]), ExecutorChoice.of(kind, threads));
                Session session = model.newSession()) {
            System.out.println(new DecodeLoop(model, session, prefill, count).rounds(seconds));
        }
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
            line.append(String.format(Locale.ROOT, line.isEmpty() ? "%.2f" : " %.2f", tokens.length / taken));
        } while (System.nanoTime() < end);
        return line.toString();
    }

    /** One round from an empty session, cut off at a time. */
    private void round(long until) {
        session.reset();
        if (prefill) {
            session.accept(tokens);
            return;
        }
        int token = BEGINNING;
        for (int i = 0; i < tokens.length && System.nanoTime() < until; i++) {
            token = greatest(session.accept(token));
        }
    }

    private static int greatest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }
}
