package org.pixelllm.forge.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.VectorArithmetic;

/** What a run opens to measure its weights is closed again, however the measurement ends. */
class ValidationTest {

    private static final String RUN = "--dim 16 --layers 1 --heads 2 --context 16 --batch 2 --steps 4 --measure 1";

    @TempDir
    private Path folder;

    private Path text = Path.of("");

    @BeforeEach
    void writeText() throws IOException {
        text = Runs.text(folder, "text.txt", "once upon a time there was a fox. ".repeat(9));
    }

    /** Trains with a checkpoint, and so a measurement, after each step. */
    private TrainingRun.Status train(CountingExecutor executor) throws IOException {
        try (Workers workers = new Workers(1)) {
            TrainingRun.Backend backend = new TrainingRun.Backend(VectorArithmetic::new, workers, executor);
            TrainingRun run = TrainingRun.begin(
                    Runs.settings(RUN), List.of(text), text, folder.resolve("model.pxi"), backend, "test");
            return run.run(0, new Runs.StopAfter(run, Integer.MAX_VALUE));
        }
    }

    @Test
    void everyMeasurementClosesItsMachineAndSessions() throws IOException {
        try (CountingExecutor executor = new CountingExecutor()) {
            assertThat(train(executor).valid()).isPositive();
            assertThat(executor.loaded()).isEqualTo(4);
            assertThat(executor.openMachines()).isZero();
            assertThat(executor.openStates()).isZero();
        }
    }

    @Test
    void aMeasurementThatIsCancelledClosesThemToo() throws IOException {
        try (CountingExecutor executor = new CountingExecutor()) {
            executor.fail();
            TrainingRun.Status end = train(executor);
            assertThat(end.isFinished()).isTrue();
            assertThat(end.valid()).isNaN();
            assertThat(executor.loaded()).isEqualTo(4 + 1); // and once more at the end
            assertThat(executor.openMachines()).isZero();
            assertThat(executor.openStates()).isZero();
        }
    }
}
