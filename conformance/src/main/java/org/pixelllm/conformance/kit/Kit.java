package org.pixelllm.conformance.kit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pixelllm.conformance.Check;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.images.TokenImage;

/**
 * The compliance kit: gives an implementation valid and invalid files, one run at a time, and looks at nothing but exit
 * codes and files.
 */
public final class Kit {

    /** How long one run may take by default. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    /** The test ends after this many runs that had to be stopped. */
    public static final int MAX_STOPPED = 3;

    private final Implementation tested;
    private final @Nullable Implementation other;
    private final Settings settings;
    private final List<Case> valid;
    private final List<Case> invalid;
    private final List<Case> narrow; // questions of version 1 to a model that speaks version 2
    private final List<GoldenCase> golden;
    private final CheckLog log;
    private final RunChecker checker;
    private final Comparisons comparisons;
    private final Map<TokenImage, Answer> others = new LinkedHashMap<>();

    /**
     * What the kit must know about an implementation.
     *
     * @param vocabulary how many ids its model has, 2 to {@link PxiVersion#MAX_VOCABULARY}
     * @param limit how long a run may take
     * @param golden a folder of golden requests and answers, or null
     */
    public record Settings(
            int vocabulary, Duration limit, @Nullable Path golden) {

        public Settings {
            if (vocabulary < 2 || vocabulary > PxiVersion.MAX_VOCABULARY) {
                throw new IllegalArgumentException(
                        "a vocabulary of " + vocabulary + " ids: expected 2 to " + PxiVersion.MAX_VOCABULARY);
            }
        }

        /** The version that the model speaks. */
        PxiVersion version() {
            return PxiVersion.of(vocabulary);
        }
    }

    /** Is called before each run. */
    @FunctionalInterface
    public interface Progress {
        void at(int done, int of, String run);
    }

    private Kit(Implementation tested, @Nullable Implementation other, Settings settings) throws IOException {
        this.tested = tested;
        this.other = other;
        this.settings = settings;
        valid = ValidCases.all(settings.vocabulary);
        invalid = InvalidCases.all(settings.vocabulary);
        golden = settings.golden == null ? List.of() : GoldenCase.all(settings.golden);
        narrow = ValidCases.narrow(settings.vocabulary);
        log = new CheckLog(checks(settings.version(), other != null, settings.golden != null));
        checker = new RunChecker(log, settings.limit);
        comparisons = new Comparisons(log);
    }

    /** All checks, in the order of reports. */
    public static List<Check> checks() {
        return Stream.concat(Arrays.stream(Requirement.values()), CheckLog.rules().stream())
                .map(Check.class::cast)
                .toList();
    }

    /** All that are made of models that speak a version, in the order of reports. */
    static List<Check> checks(PxiVersion version, boolean against, boolean golden) {
        return checks().stream()
                .filter(check -> !(check instanceof Requirement requirement) || requirement.isOf(version))
                .filter(check -> against || check != Requirement.SIMILAR_TO_OTHER)
                .filter(check -> golden || check != Requirement.GOLDEN)
                .toList();
    }

    /**
     * Tests an implementation.
     *
     * @param other one to compare it with, or null
     * @throws CannotRunException a command cannot be started
     * @throws IOException the golden folder cannot be read, or the temporary folder cannot be written
     */
    public static Report test(
            Implementation tested, @Nullable Implementation other, Settings settings, Progress progress)
            throws IOException, InterruptedException {
        return new Kit(tested, other, settings).run(progress);
    }

    private Report run(Progress progress) throws IOException, InterruptedException {
        int answers = valid.size() + golden.size() + 1;
        int planned = answers + ReusedFolder.RUNS + invalid.size() + narrow.size() + (other == null ? 0 : valid.size());
        boolean gaveUp = false;
        int runs;
        try (Runner runner = new Runner(settings, progress, planned)) {
            try {
                runAll(runner);
            } catch (Runner.GivenUpException e) {
                gaveUp = true;
            }
            runs = runner.runs();
        }
        comparisons.dependence();
        comparisons.rounding();
        List<Report.Row> rows = new ArrayList<>();
        comparisons
                .plain()
                .forEach((tokens, answer) ->
                        rows.add(new Report.Row(answer.given().name(), answer, others.get(tokens))));
        return new Report(
                tested.name(), other == null ? "" : other.name(), settings, runs, gaveUp, log.results(), rows, files());
    }

    private Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        Stream.of(
                        valid,
                        invalid,
                        narrow,
                        golden.stream().map(GoldenCase::request).toList())
                .flatMap(List::stream)
                .forEach(each -> {
                    byte[] file = each.file();
                    if (file != null) {
                        files.put(each.name(), file);
                    }
                });
        return files;
    }

    private void runAll(Runner runner) throws IOException, InterruptedException {
        for (Case each : valid) {
            Answer answer = runner.ask(tested, each);
            checker.answered(answer);
            comparisons.add(answer);
        }
        Case usual = plain(ValidCases.usualTokens(settings.vocabulary));
        Answer again = runner.ask(tested, usual);
        checker.answered(again);
        boolean repeats = comparisons.again(again);
        comparisons.encodings(repeats);
        reuse(runner, usual, repeats);
        for (Case each : invalid) {
            Path outputs = runner.outputs(each.name());
            checker.refused(runner.ask(tested, each, outputs), ReusedFolder.written(outputs));
        }
        for (Case each : narrow) {
            Path outputs = runner.outputs(each.name());
            checker.answeredInVersion1(runner.ask(tested, each, outputs), ReusedFolder.written(outputs));
        }
        for (GoldenCase each : golden) {
            Answer answer = runner.ask(tested, each.request());
            checker.answered(answer);
            if (answer.isWhole()) {
                String difference = each.difference(answer);
                if (!difference.isEmpty()) {
                    log.fails(Requirement.GOLDEN, each.request().name(), difference);
                }
            }
        }
        if (other != null) {
            compare(runner, other);
        }
    }

    private void reuse(Runner runner, Case usual, boolean repeats) throws IOException, InterruptedException {
        ReusedFolder folder = new ReusedFolder(runner, tested, log, checker);
        TokenImage single = ValidCases.tokens(1, settings.vocabulary);
        folder.replaces(usual, plain(single), repeats ? comparisons.plain().get(single) : null);
        for (Requirement requirement : List.of(Requirement.REFUSES_VERSION, Requirement.REFUSES_DAMAGE)) {
            folder.keeps(invalid.stream()
                    .filter(each -> each.requirement() == requirement)
                    .reduce((before, last) -> last)
                    .orElseThrow());
        }
    }

    private void compare(Runner runner, Implementation with) throws IOException, InterruptedException {
        for (Case each : valid) {
            Answer answer = runner.ask(with, each);
            others.putIfAbsent(Objects.requireNonNull(each.tokens()), answer);
            comparisons.other(answer);
        }
    }

    /** The first case with these tokens. */
    private Case plain(TokenImage tokens) {
        return valid.stream()
                .filter(each -> tokens.equals(each.tokens()))
                .findFirst()
                .orElseThrow();
    }
}
