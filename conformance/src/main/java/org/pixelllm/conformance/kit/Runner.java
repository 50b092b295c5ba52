package org.pixelllm.conformance.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pixelllm.conformance.OutputRules;
import org.pixelllm.conformance.OutputRules.Checked;
import org.pixelllm.conformance.kit.Implementation.Outcome;

/** Runs implementations, each run in a folder of its own under a temporary one, which is deleted at the end. */
final class Runner implements AutoCloseable {

    private final Kit.Settings settings;
    private final Kit.Progress progress;
    private final int planned;
    private final Path folder;
    private int runs;
    private int stopped;

    Runner(Kit.Settings settings, Kit.Progress progress, int planned) throws IOException {
        this.settings = settings;
        this.progress = progress;
        this.planned = planned;
        this.folder = Files.createTempDirectory("pixel-llm-conformance");
    }

    /** Thrown after {@link Kit#MAX_STOPPED} runs had to be stopped: the rest would take hours. */
    static final class GivenUpException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    int runs() {
        return runs;
    }

    /** A new empty folder for outputs. */
    Path outputs(String name) throws IOException {
        return Files.createDirectories(folder.resolve(String.format(Locale.ROOT, "%03d-%s", runs, name))
                .resolve("outputs"));
    }

    /** Runs an implementation in an empty folder. */
    Answer ask(Implementation by, Case given) throws IOException, InterruptedException {
        return ask(by, given, outputs(given.name()));
    }

    /** Runs an implementation in a folder where an earlier run may have left its outputs. */
    Answer ask(Implementation by, Case given, Path outputs) throws IOException, InterruptedException {
        if (stopped >= Kit.MAX_STOPPED) {
            throw new GivenUpException();
        }
        progress.at(runs, planned, given.name());
        Path input = outputs(given.name()).resolveSibling("input_tokens.pxi");
        byte[] file = given.file();
        if (file != null) {
            Files.write(input, file);
        }
        runs++;
        Outcome outcome = by.run(input, outputs, settings.limit());
        stopped += outcome.ended() ? 0 : 1;
        @Nullable Checked checked = null;
        if (given.tokens() != null && outcome.succeeded()) {
            checked = OutputRules.read(input, outputs, settings.vocabulary());
        }
        return new Answer(given, outcome, checked);
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
