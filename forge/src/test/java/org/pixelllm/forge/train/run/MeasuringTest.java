package org.pixelllm.forge.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.PlainArithmetic;
import org.pixelllm.pxvm.executor.Row;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Tap;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Weights;

/** A run measures itself on an executor's machine, and closes each machine that it has loaded. */
class MeasuringTest {

    @TempDir
    private Path folder;

    /** The reference executor, and how many of its machines were loaded and how many are open. */
    private static final class Counting implements Executor {

        private final ReferenceExecutor executor = new ReferenceExecutor();
        private int loaded;
        private int open;

        @Override
        public String name() {
            return executor.name();
        }

        @Override
        public String description() {
            return executor.description();
        }

        @Override
        public Machine load(Program program, Weights weights) {
            loaded++;
            open++;
            Machine machine = executor.load(program, weights);
            return new Machine() {
                @Override
                public Program program() {
                    return machine.program();
                }

                @Override
                public State newState() {
                    return machine.newState();
                }

                @Override
                public void step(Step step, float[] logits) {
                    machine.step(step, logits);
                }

                @Override
                public List<Row> rows(Step step, int[] tops) {
                    return machine.rows(step, tops);
                }

                @Override
                public void step(Step step, float[] logits, Tap tap) {
                    machine.step(step, logits, tap);
                }

                @Override
                public void close() {
                    open--;
                    machine.close();
                }
            };
        }

        @Override
        public void close() {
            executor.close();
        }
    }

    @Test
    void everyMachineIsClosed() throws IOException {
        Path text = Runs.text(folder, "text.txt", "the cat sat on the mat. ".repeat(40));
        Path valid = Runs.text(folder, "valid.txt", "the mat sat on the cat. ".repeat(4));
        try (Counting executor = new Counting();
                Workers workers = new Workers(1)) {
            TrainingRun.Machinery machinery = new TrainingRun.Machinery(PlainArithmetic::new, workers, executor);
            TrainingRun run = TrainingRun.begin(
                    Runs.settings("--family pooled-mlp --dim 8 --hidden 8 --context 3 --batch 8 --steps 3"),
                    List.of(text),
                    valid,
                    folder.resolve("model.pxi"),
                    machinery,
                    "test");
            run.run(Runs.NEVER, new Runs.StopAfter(run, Integer.MAX_VALUE));
            assertThat(executor.loaded).isPositive();
            assertThat(executor.open).isZero();
        }
    }
}
