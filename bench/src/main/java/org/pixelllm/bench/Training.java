package org.pixelllm.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.pixelllm.forge.train.run.Setting;
import org.pixelllm.forge.train.run.TrainingRun;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;
import org.pixelllm.pxvm.executor.simd.VectorArithmetic;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;

/**
 * Trains a transformer of two million parameters, and between its steps measures what the processor can do at most on the
 * same threads, and the best large product of the same arithmetic. A round is some steps and these; the share is 6
 * operations for each token and parameter, by the time of the steps, of the processor's rate in the same round.
 */
public final class Training {

    private static final String USAGE = "bench/training [-r ROUNDS] [-o adamw|muon] [THREADS…]";
    private static final String SHAPE = "--dim 192 --layers 4 --heads 4 --hidden 512 --context 256 --batch 16"
            + " --rate 0.001 --steps 100000 --optimizer ";
    private static final int TOKENS = 16 * 256;
    private static final int OPERATIONS = 6; // for each token and parameter: two forwards, four backwards
    private static final int WARM_UP_STEPS = 25;
    private static final int STEPS = 4;
    private static final double PRODUCT_SECONDS = 0.3;
    private static final int PEAK_TRIES = 20;
    private static final int PEAK_RUNS = 500;
    private static final double NANOS = 1e9;
    private static final double GIGA = 1e9;
    private static final int[][] PRODUCTS = {{256, 512, 192}, {512, 512, 512}, {1024, 1024, 256}, {2048, 256, 256}};

    /** The processor's operations a second: of all threads by the clock, of one by its own time. */
    private record Peaks(double wall, double ofOne) {}

    /** What was done in a second of time. */
    private record Rates(double tokens, double peak) {

        /** Of the processor's operations a second. */
        double share(long parameters) {
            return tokens * OPERATIONS * parameters / peak;
        }
    }

    /**
     * Some steps.
     *
     * @param wall by the clock, all threads together
     * @param threads by the time for which the processor worked on the threads: of one of them
     * @param product operations a second of the best product, by the clock
     */
    private record Round(Rates wall, Rates threads, double product) {}

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** The processor's time of all threads, those of the compilers and the collector aside. */
    private static double threadSeconds() {
        double sum = 0;
        for (long id : THREADS.getAllThreadIds()) {
            sum += Math.max(0, THREADS.getThreadCpuTime(id)); // −1: it has ended.
        }
        return sum / NANOS;
    }

    private final int rounds;
    private final String optimizer;
    private final int threads;
    private final List<Round> done = new ArrayList<>();

    private Training(int rounds, String optimizer, int threads) {
        this.rounds = rounds;
        this.optimizer = optimizer;
        this.threads = threads;
    }

    /** Reads the options and measures. */
    public static void main(String[] arguments) throws InterruptedException {
        CommandLine.run(() -> {
            int rounds = 9;
            List<String> optimizers = List.of("adamw", "muon");
            List<Integer> threads = new ArrayList<>();
            for (int i = 0; i < arguments.length; i++) {
                if (arguments[i].equals("-r") && i + 1 < arguments.length) {
                    rounds = number(arguments[++i]);
                } else if (arguments[i].equals("-o") && i + 1 < arguments.length) {
                    optimizers = List.of(arguments[++i]);
                } else {
                    threads.add(number(arguments[i]));
                }
            }
            for (String optimizer : optimizers) {
                for (int each : threads.isEmpty() ? List.of(1, 2) : threads) {
                    new Training(rounds, optimizer, each).measure();
                }
            }
        });
    }

    private static int number(String word) {
        try {
            int number = Integer.parseInt(word);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new IllegalArgumentException(USAGE);
    }

    private void measure() throws IOException {
        Path folder = Files.createTempDirectory("training");
        try (Workers workers = new Workers(threads);
                Workers own = new Workers(threads);
                SimdExecutor executor = new SimdExecutor(1)) {
            Path text = Files.writeString(folder.resolve("text.txt"), text());
            Path output = folder.resolve("model.pxi");
            TrainingRun.Backend backend = new TrainingRun.Backend(VectorArithmetic::new, workers, executor);
            TrainingRun run = TrainingRun.begin(settings(optimizer), List.of(text), null, output, backend, "bench");
            List<MatrixProduct> products = Stream.of(PRODUCTS)
                    .map(size -> new MatrixProduct(size[0], size[1], size[2], VectorArithmetic::new, own))
                    .toList();
            run.run(Double.MAX_VALUE, new Between(run, products, own));
            try (Cartridge cartridge = Cartridge.open(output)) {
                print(parameters(cartridge.program()));
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** What is in it does not matter to the speed. */
    private static String text() {
        return new Random(1)
                .ints(300_000, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static Map<Setting, String> settings(String optimizer) {
        Map<Setting, String> settings = new EnumMap<>(Setting.class);
        String[] words = (SHAPE + optimizer).split(" ", -1);
        for (int i = 0; i < words.length; i += 2) {
            for (Setting setting : Setting.values()) {
                if (setting.option().equals(words[i])) {
                    settings.put(setting, words[i + 1]);
                }
            }
        }
        return settings;
    }

    private static long parameters(Program program) {
        return program.withRole(Role.WEIGHT).stream()
                .mapToLong(id -> program.tensor(id).elements())
                .sum();
    }

    /** Measures products between the steps of a run, until there are rounds enough. */
    private final class Between implements TrainingRun.Listener {

        private final TrainingRun run;
        private final List<MatrixProduct> products;
        private final Workers workers;
        private final Peak[] peaks; // of each thread
        private long begun;
        private double begunThreads;

        Between(TrainingRun run, List<MatrixProduct> products, Workers workers) {
            this.run = run;
            this.products = products;
            this.workers = workers;
            this.peaks = Stream.generate(Peak::new).limit(workers.count()).toArray(Peak[]::new);
        }

        /** Operations a second, the best of several tries: over all threads by the clock, and of one by its own time. */
        private Peaks peak() {
            double best = 0;
            double bestOfOne = 0;
            for (int i = 0; i < PEAK_TRIES; i++) {
                double startThreads = threadSeconds();
                long start = System.nanoTime();
                workers.split(workers.count() * PEAK_RUNS, 1, (thread, from, to) -> {
                    for (int run = from; run < to; run++) {
                        peaks[thread].run();
                    }
                });
                double operations = workers.count() * PEAK_RUNS * Peak.operations();
                best = Math.max(best, operations * NANOS / (System.nanoTime() - start));
                bestOfOne = Math.max(bestOfOne, operations / (threadSeconds() - startThreads));
            }
            return new Peaks(best, bestOfOne);
        }

        @Override
        public void begins(TrainingRun.Status status) {
            products.forEach(product -> product.perSecond(2));
            peak();
        }

        @Override
        public void stepped(TrainingRun.Status status) {
            int after = status.step() - WARM_UP_STEPS;
            if (after > 0 && after % STEPS == 0) {
                double seconds = (System.nanoTime() - begun) / NANOS;
                double threadSeconds = threadSeconds() - begunThreads;
                double best = products.stream()
                        .mapToDouble(product -> product.perSecond(PRODUCT_SECONDS))
                        .max()
                        .orElseThrow();
                Peaks peak = peak();
                double tokens = (double) TOKENS * STEPS;
                done.add(new Round(
                        new Rates(tokens / seconds, peak.wall), new Rates(tokens / threadSeconds, peak.ofOne), best));
                if (done.size() == rounds) {
                    run.stop();
                }
            }
            if (after >= 0 && after % STEPS == 0) {
                begunThreads = threadSeconds();
                begun = System.nanoTime();
            }
        }

        @Override
        public void measured(int tokens, int of) {}

        @Override
        public void saved(TrainingRun.Status status) {}
    }

    private void print(long parameters) {
        System.out.printf(
                Locale.ROOT,
                "%s, %d threads, %,d parameters, %,d tokens a step; medians of %d rounds:%n",
                optimizer,
                threads,
                parameters,
                TOKENS,
                rounds);
        print(parameters, "by the clock", done.stream().map(Round::wall).toList());
        print(
                parameters,
                "of a thread, by its own time",
                done.stream().map(Round::threads).toList());
        double product = median(done.stream().map(Round::product).toList());
        System.out.printf(Locale.ROOT, "  best product by the clock %.1f GFLOP/s%n", product / GIGA);
    }

    private static void print(long parameters, String what, List<Rates> rates) {
        double tokens = median(rates.stream().map(Rates::tokens).toList());
        double peak = median(rates.stream().map(Rates::peak).toList());
        List<Double> shares = rates.stream()
                .map(each -> 100 * each.share(parameters))
                .sorted()
                .toList();
        System.out.printf(
                Locale.ROOT,
                "  %s: %,.0f tokens/s, %.1f GFLOP/s of the processor's %.1f: %.1f %% (from %.1f to %.1f)%n",
                what,
                tokens,
                tokens * OPERATIONS * parameters / GIGA,
                peak / GIGA,
                median(shares),
                shares.getFirst(),
                shares.getLast());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
