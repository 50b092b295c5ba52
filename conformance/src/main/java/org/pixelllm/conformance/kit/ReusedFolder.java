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

    private final Bench bench;
    private final Implementation tested;
    private final Ledger ledger;
    private final Judge judge;
    private final Path folder;

    ReusedFolder(Bench bench, Implementation tested, Ledger ledger, Judge judge) throws IOException {
        this.bench = bench;
        this.tested = tested;
        this.ledger = ledger;
        this.judge = judge;
        this.folder = bench.outputs("reused");
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
     * Answers one file and then another one, and looks whether both outputs are the second one's.
     *
     * @param alone what the second file's answer was in an empty folder; null where that is not the same each time
     */
    void replaces(Case first, Case second, @Nullable Answer alone) throws IOException, InterruptedException {
        Answer before = bench.ask(tested, first, folder);
        if (!judge.ended(before) || !before.outcome().succeeded()) {
            return; // told where it was first asked
        }
        State[] old = states();
        for (State each : old) {
            each.age();
        }
        Answer after = bench.ask(tested, second, folder);
        judge.answered(after, Conduct.FRESH_OUTPUTS);
        if (!after.outcome().succeeded()) {
            return;
        }
        String run = second.name() + " after " + first.name();
        for (State each : old) {
            if (each.isThere() && each.isUntouched()) {
                ledger.fails(Conduct.FRESH_OUTPUTS, run, each.name() + ": expected a new file, found the one before");
                return;
            }
        }
        if (alone != null && alone.isWhole() && after.isWhole() && !after.isSame(alone)) {
            ledger.fails(
                    Conduct.FRESH_OUTPUTS,
                    run,
                    "expected the answer of an empty folder, " + alone.words() + ", found " + after.words());
        }
    }

    /** Lets it refuse a file, and looks whether what lies there is still whole. */
    void keeps(Case invalid) throws IOException, InterruptedException {
        State[] old = states();
        Answer answer = bench.ask(tested, invalid, folder);
        if (!judge.ended(answer) || answer.outcome().succeeded()) {
            return; // told where it was first asked
        }
        ledger.tested(Conduct.KEEPS_EARLIER_OUTPUTS);
        for (State each : old) {
            if (each.isThere() && Files.exists(folder.resolve(each.name())) && !each.hasSameBytes()) {
                ledger.fails(
                        Conduct.KEEPS_EARLIER_OUTPUTS,
                        invalid.name(),
                        each.name() + ": expected the file of the run before or none, found another one");
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
