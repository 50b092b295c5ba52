package org.pixelllm.forge.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;
import org.pixelllm.pxvm.executor.simd.VectorArithmetic;

/** Small training runs for tests. */
final class Runs {

    static final double NEVER = 1e9; // seconds to the next checkpoint

    private Runs() {}

    /** Settings as a line of options: {@code --dim 8 --heads 2}. */
    static Map<Setting, String> settings(String line) {
        Map<Setting, String> given = new EnumMap<>(Setting.class);
        String[] words = line.split(" ", -1);
        for (int i = 0; i < words.length; i += 2) {
            String option = words[i];
            for (Setting setting : Setting.values()) {
                if (setting.option().equals(option)) {
                    given.put(setting, words[i + 1]);
                }
            }
        }
        return given;
    }

    /** A text file. */
    static Path text(Path folder, String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    /** Begins a run, or goes on with one, and stops it after some steps. */
    static TrainingRun.Status run(
            boolean resume,
            String line,
            List<Path> texts,
            @Nullable Path valid,
            Path output,
            int threads,
            int stopAfter)
            throws IOException {
        Map<Setting, String> given = line.isEmpty() ? Map.of() : settings(line);
        try (Workers workers = new Workers(threads);
                SimdExecutor executor = new SimdExecutor(threads)) {
            TrainingRun.Backend backend = new TrainingRun.Backend(VectorArithmetic::new, workers, executor);
            TrainingRun run = resume
                    ? TrainingRun.resume(given, texts, valid, output, backend, "test")
                    : TrainingRun.begin(given, texts, valid, output, backend, "test");
            return run.run(NEVER, new StopAfter(run, stopAfter));
        }
    }

    /** Goes on from a model, to the end. */
    static TrainingRun.Status from(
            Path base, String line, List<Path> texts, @Nullable Path valid, Path output, int stopAfter)
            throws IOException {
        try (Workers workers = new Workers(2);
                SimdExecutor executor = new SimdExecutor(2)) {
            TrainingRun.Backend backend = new TrainingRun.Backend(VectorArithmetic::new, workers, executor);
            TrainingRun run = TrainingRun.begin(settings(line), base, texts, valid, output, backend, "test");
            return run.run(NEVER, new StopAfter(run, stopAfter));
        }
    }

    static TrainingRun.Status begin(String line, List<Path> texts, Path output) throws IOException {
        return run(false, line, texts, null, output, 2, Integer.MAX_VALUE);
    }

    /** Stops a run after a step. */
    record StopAfter(TrainingRun run, int step) implements TrainingRun.Listener {

        @Override
        public void begins(TrainingRun.Status status) {}

        @Override
        public void stepped(TrainingRun.Status status) {
            if (status.step() >= step) {
                run.stop();
            }
        }

        @Override
        public void measured(int tokens, int of) {}

        @Override
        public void saved(TrainingRun.Status status) {}
    }
}
