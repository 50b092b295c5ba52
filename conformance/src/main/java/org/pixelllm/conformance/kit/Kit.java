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
import org.pixelllm.protocol.images.TokenImage;

/**
 * The compliance kit: gives an implementation valid and invalid files, one run at a time, and looks at nothing but exit
 * codes and files.
 */
public final class Kit {

    /** How long one run may take unless somebody says otherwise. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    /** So many runs that had to be stopped end the test. */
    public static final int MAX_STOPPED = 3;

    private final Implementation tested;
    private final @Nullable Implementation other;
    private final Settings settings;
    private final List<Case> valid;
    private final List<Case> invalid;
    private final List<GoldenCase> golden;
    private final Ledger ledger;
    private final Judge judge;
    private final Comparisons comparisons;
    private final Map<TokenImage, Answer> others = new LinkedHashMap<>();

    /**
     * What is to be known of an implementation.
     *
     * @param vocabulary how many ids its model has, 2 to 65,536
     * @param limit how long a run may take
     * @param golden a folder of golden requests and answers, or null
     */
    public record Settings(
            int vocabulary, Duration limit, @Nullable Path golden) {

        public Settings {
            if (vocabulary < 2 || vocabulary > TokenImage.MAX_ID + 1) {
                throw new IllegalArgumentException("a vocabulary of " + vocabulary + " ids: expected 2 to 65536");
            }
        }
    }

    /** Hears which run comes next. */
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
        ledger = new Ledger(checks(other != null, settings.golden != null));
        judge = new Judge(ledger, settings.limit);
        comparisons = new Comparisons(ledger);
    }

    /** All checks, in the order of reports. */
    public static List<Check> checks() {
        return checks(true, true);
    }

    private static List<Check> checks(boolean against, boolean golden) {
        Stream<Check> conduct = Arrays.stream(Conduct.values());
        Stream<Check> rules = Ledger.rules().stream().map(Check.class::cast);
        return Stream.concat(conduct, rules)
                .filter(check -> against || check != Conduct.SIMILAR_TO_OTHER)
                .filter(check -> golden || check != Conduct.GOLDEN)
                .toList();
    }

    /**
     * Tests an implementation.
     *
     * @param other one to compare it with, or null
     * @throws CannotRunException a command cannot be started
     * @throws IOException the golden folder cannot be read, or the temporary folder not be written
     */
    public static Report test(
            Implementation tested, @Nullable Implementation other, Settings settings, Progress progress)
            throws IOException, InterruptedException {
        return new Kit(tested, other, settings).run(progress);
    }

    private Report run(Progress progress) throws IOException, InterruptedException {
        int answers = valid.size() + golden.size() + 1;
        int planned = answers + ReusedFolder.RUNS + invalid.size() + (other == null ? 0 : valid.size());
        boolean gaveUp = false;
        int runs;
        try (Bench bench = new Bench(settings, progress, planned)) {
            try {
                runAll(bench);
            } catch (Bench.GivenUpException e) {
                gaveUp = true;
            }
            runs = bench.runs();
        }
        comparisons.dependence();
        comparisons.rounding();
        List<Report.Row> rows = new ArrayList<>();
        comparisons
                .plain()
                .forEach((tokens, answer) ->
                        rows.add(new Report.Row(answer.given().name(), answer, others.get(tokens))));
        return new Report(
                tested.name(),
                other == null ? "" : other.name(),
                settings,
                runs,
                gaveUp,
                ledger.results(),
                rows,
                files());
    }

    private Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        Stream.of(valid, invalid, golden.stream().map(GoldenCase::request).toList())
                .flatMap(List::stream)
                .forEach(each -> {
                    byte[] file = each.file();
                    if (file != null) {
                        files.put(each.name(), file);
                    }
                });
        return files;
    }

    private void runAll(Bench bench) throws IOException, InterruptedException {
        for (Case each : valid) {
            Answer answer = bench.ask(tested, each);
            judge.answered(answer);
            comparisons.add(answer);
        }
        Case usual = plain(ValidCases.usualTokens(settings.vocabulary));
        Answer again = bench.ask(tested, usual);
        judge.answered(again);
        boolean repeats = comparisons.again(again);
        comparisons.encodings(repeats);
        reuse(bench, usual, repeats);
        for (Case each : invalid) {
            Path outputs = bench.outputs(each.name());
            judge.refused(bench.ask(tested, each, outputs), ReusedFolder.written(outputs));
        }
        for (GoldenCase each : golden) {
            Answer answer = bench.ask(tested, each.request());
            judge.answered(answer);
            if (answer.isWhole()) {
                String difference = each.difference(answer);
                if (!difference.isEmpty()) {
                    ledger.fails(Conduct.GOLDEN, each.request().name(), difference);
                }
            }
        }
        if (other != null) {
            compare(bench, other);
        }
    }

    private void reuse(Bench bench, Case usual, boolean repeats) throws IOException, InterruptedException {
        ReusedFolder folder = new ReusedFolder(bench, tested, ledger, judge);
        TokenImage single = ValidCases.tokens(1, settings.vocabulary);
        folder.replaces(usual, plain(single), repeats ? comparisons.plain().get(single) : null);
        for (Conduct conduct : List.of(Conduct.REFUSES_VERSION, Conduct.REFUSES_DAMAGE)) {
            folder.keeps(invalid.stream()
                    .filter(each -> each.conduct() == conduct)
                    .reduce((before, last) -> last)
                    .orElseThrow());
        }
    }

    private void compare(Bench bench, Implementation with) throws IOException, InterruptedException {
        for (Case each : valid) {
            Answer answer = bench.ask(with, each);
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
