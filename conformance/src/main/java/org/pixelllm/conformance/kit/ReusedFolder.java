package org.pixelllm.conformance.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.conformance.OutputRules;

/** Runs that find the outputs of an earlier one in their folder. */
final class ReusedFolder {

    /** How many runs take place here. */
    static final int RUNS = 4;

    private static final List<String> OUTPUTS = List.of(OutputRules.PREDICTION, OutputRules.HEATMAP);

    /** A time that no run writes. */
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2001-01-01T00:00:00Z"));

    private final Runner runner;
    private final Implementation tested;
    private final CheckLog log;
    private final RunChecker checker;
    private final Path folder;

    ReusedFolder(Runner runner, Implementation tested, CheckLog log, RunChecker checker) throws IOException {
        this.runner = runner;
        this.tested = tested;
        this.log = log;
        this.checker = checker;
        this.folder = runner.outputs("reused");
    }

    /** The output files of a folder, in words; empty where there are none. */
    static String written(Path folder) {
        return String.join(
                " and ",
                OUTPUTS.stream()
                        .filter(name -> Files.exists(folder.resolve(name)))
                        .toList());
    }

    /**
     * Answers one file and then another one, and checks whether both outputs are the second one's.
     *
     * @param alone what the second file's answer was in an empty folder; null where that is not the same each time
     */
    void replaces(Case first, Case second, @Nullable Answer alone) throws IOException, InterruptedException {
        Answer before = runner.ask(tested, first, folder);
        if (!checker.ended(before) || !before.outcome().succeeded()) {
            return; // reported at its first run
        }
        State[] old = states();
        for (State each : old) {
            each.age();
        }
        Answer after = runner.ask(tested, second, folder);
        checker.answered(after, Requirement.FRESH_OUTPUTS);
        if (!after.outcome().succeeded()) {
            return;
        }
        String run = second.name() + " after " + first.name();
        for (State each : old) {
            if (each.isThere() && each.isUntouched()) {
                log.fails(Requirement.FRESH_OUTPUTS, run, each.name() + ": expected a new file, found the earlier one");
                return;
            }
        }
        if (alone != null && alone.isWhole() && after.isWhole() && !after.isSame(alone)) {
            log.fails(
                    Requirement.FRESH_OUTPUTS,
                    run,
                    "expected the answer of an empty folder, " + alone.words() + ", found " + after.words());
        }
    }

    /** Gives it a file to refuse, and checks that the earlier outputs are still whole. */
    void keeps(Case invalid) throws IOException, InterruptedException {
        State[] old = states();
        Answer answer = runner.ask(tested, invalid, folder);
        if (!checker.ended(answer) || answer.outcome().succeeded()) {
            return; // reported at its first run
        }
        log.tested(Requirement.KEEPS_EARLIER_OUTPUTS);
        for (State each : old) {
            if (each.isThere() && Files.exists(folder.resolve(each.name())) && !each.hasSameBytes()) {
                log.fails(
                        Requirement.KEEPS_EARLIER_OUTPUTS,
                        invalid.name(),
                        each.name() + ": expected the file of the earlier run or none, found another one");
            }
        }
    }

    private State[] states() throws IOException {
        State[] states = new State[OUTPUTS.size()];
        for (int i = 0; i < states.length; i++) {
            states[i] = new State(OUTPUTS.get(i));
        }
        return states;
    }

    /** What a file was at one moment. */
    private final class State {

        private final String name;
        private final byte @Nullable [] bytes;

        State(String name) throws IOException {
            this.name = name;
            Path file = folder.resolve(name);
            bytes = Files.isRegularFile(file) ? Files.readAllBytes(file) : null;
        }

        String name() {
            return name;
        }

        boolean isThere() {
            return bytes != null;
        }

        void age() throws IOException {
            if (bytes != null) {
                Files.setLastModifiedTime(folder.resolve(name), LONG_AGO);
            }
        }

        boolean isUntouched() throws IOException {
            return hasSameBytes()
                    && Files.getLastModifiedTime(folder.resolve(name)).equals(LONG_AGO);
        }

        boolean hasSameBytes() throws IOException {
            Path file = folder.resolve(name);
            return bytes != null && Files.isRegularFile(file) && Arrays.equals(bytes, Files.readAllBytes(file));
        }
    }
}
