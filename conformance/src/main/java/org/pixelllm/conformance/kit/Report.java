package org.pixelllm.conformance.kit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.conformance.Check;
import org.pixelllm.protocol.png.Pixels;

/** What the kit found: each check with its result, in words, as facts for scripts and as a contact sheet. */
public final class Report {

    /** How many findings of one check the text shows; the facts have all. */
    private static final int SHOWN = 3;

    private static final int NAME_LETTERS = 22;

    private final String tested;
    private final String other;
    private final Kit.Settings settings;
    private final int runs;
    private final boolean gaveUp;
    private final List<Result> results;
    private final List<Row> rows;
    private final Map<String, byte[]> files;

    /**
     * One check's result.
     *
     * @param check what was asked
     * @param tested how often
     * @param failures what was found, in the order of the runs
     */
    public record Result(Check check, int tested, List<Failure> failures) {

        public Result {
            failures = List.copyOf(failures);
        }

        /** {@code holds}, {@code FAILS}, or {@code -} where nothing could be tested. */
        String word() {
            return !failures.isEmpty() ? "FAILS" : tested > 0 ? "holds" : "-";
        }
    }

    /**
     * Where a check does not hold.
     *
     * @param run the name of the file that was given
     * @param message what was expected and what was found
     */
    public record Failure(String run, String message) {}

    /**
     * One input of the contact sheet.
     *
     * @param name the file
     * @param answer of the implementation that is tested
     * @param other of the one that it is compared with, where there is one and it was asked
     */
    record Row(String name, Answer answer, @Nullable Answer other) {}

    Report(
            String tested,
            String other,
            Kit.Settings settings,
            int runs,
            boolean gaveUp,
            List<Result> results,
            List<Row> rows,
            Map<String, byte[]> files) {
        this.tested = tested;
        this.other = other;
        this.settings = settings;
        this.runs = runs;
        this.gaveUp = gaveUp;
        this.results = List.copyOf(results);
        this.rows = List.copyOf(rows);
        this.files = files;
    }

    /** Whether all holds. */
    public boolean holds() {
        return results.stream().allMatch(each -> each.failures.isEmpty());
    }

    /** All results, in the order of {@link Kit#checks}. */
    public List<Result> results() {
        return results;
    }

    /** The files that failed checks are about, by the names of their runs. */
    public Map<String, byte[]> files() {
        Map<String, byte[]> found = new LinkedHashMap<>();
        files.forEach((name, bytes) -> {
            if (results.stream().flatMap(each -> each.failures.stream()).anyMatch(each -> each.run.equals(name))) {
                found.put(name, bytes);
            }
        });
        return found;
    }

    /** The report for people, line by line. */
    public List<String> words() {
        List<String> lines = new ArrayList<>();
        lines.add("implementation: " + tested);
        if (!other.isEmpty()) {
            lines.add("against: " + other);
        }
        lines.add("");
        for (Result each : results) {
            String name = each.check.name();
            lines.add("%-5s  %s%s  %s"
                    .formatted(
                            each.word(),
                            name,
                            " ".repeat(Math.max(0, NAME_LETTERS - name.length())),
                            each.check.statement()));
            each.failures.stream().limit(SHOWN).forEach(failure -> lines.add("         " + words(failure)));
            if (each.failures.size() > SHOWN) {
                lines.add("         and " + (each.failures.size() - SHOWN) + " more");
            }
        }
        lines.add("");
        if (gaveUp) {
            lines.add("The test was not finished: " + Kit.MAX_STOPPED + " runs went beyond the time limit of "
                    + settings.limit().toSeconds() + " s.");
        }
        lines.add(summary());
        return lines;
    }

    /** {@code 36 checks in 64 runs: all hold}. */
    private String summary() {
        long failing = results.stream().filter(each -> !each.failures.isEmpty()).count();
        return results.size() + " checks in " + runs + " runs: "
                + (failing == 0 ? "all hold" : failing + (failing == 1 ? " fails" : " fail"));
    }

    private static String words(Failure failure) {
        return failure.run + ": " + failure.message;
    }

    /** The report for scripts: strings, numbers, lists and maps. */
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("implementation", tested);
        if (!other.isEmpty()) {
            facts.put("against", other);
        }
        facts.put("vocabulary", settings.vocabulary());
        facts.put("time_limit_seconds", settings.limit().toSeconds());
        facts.put("holds", holds());
        facts.put("finished", !gaveUp);
        facts.put("runs", runs);
        facts.put("checks", results.stream().map(Report::facts).toList());
        return facts;
    }

    private static Map<String, Object> facts(Result result) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", result.check.name());
        facts.put("statement", result.check.statement());
        facts.put("holds", result.failures.isEmpty());
        facts.put("tested", result.tested);
        facts.put(
                "findings",
                result.failures.stream()
                        .map(each -> Map.of("run", each.run, "message", each.message))
                        .toList());
        return facts;
    }

    /** The heat maps as one picture: the implementation's, the other's where there is one, and how they differ. */
    public Pixels sheet() {
        return ContactSheet.draw(rows, tested, other, summary(), settings.vocabulary());
    }
}
