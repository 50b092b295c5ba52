package org.pixelllm.webgpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.pxvm.executor.CheckedMachine;
import org.pixelllm.pxvm.executor.Row;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Tap;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Weights;
import org.pixelllm.webgpu.api.Commands;
import org.pixelllm.webgpu.api.Device;
import org.pixelllm.webgpu.api.DeviceLostException;
import org.pixelllm.webgpu.api.GpuThread;

/** A program on a GPU. A step is one submit and one read-back, or several where it is larger than a pass. */
final class WebGpuMachine extends CheckedMachine {

    private final WebGpuExecutor executor;
    private final Weights weights;
    private @Nullable Loaded loaded;

    WebGpuMachine(WebGpuExecutor executor, Program program, Weights weights) {
        super(program, weights);
        this.executor = executor;
        this.weights = weights;
        GpuThread.run(this::loaded);
    }

    /** The program on the executor's device of today: after a loss it is put onto the new one. */
    private Loaded loaded() {
        Gpu gpu = executor.gpu();
        Loaded before = loaded;
        if (before != null && before.gpu() == gpu) {
            return before;
        }
        Loaded made = new Loaded(gpu, program(), weights);
        executor.opened(made);
        loaded = made;
        return made;
    }

    @Override
    public synchronized State newState() {
        return GpuThread.call(() -> new GpuState(this, loaded()));
    }

    @Override
    public synchronized void step(Step step, float[] logits) {
        check(step, logits);
        run(
                step,
                (commands, on, pass, done) -> copy(commands, on, pass),
                (on, pass, done) -> read(on, pass, logits, done));
    }

    /** Copies what is wanted of a pass to where it can be read; {@code done} rows of the step came before it. */
    @FunctionalInterface
    private interface Copier {
        void copy(Commands commands, Loaded on, Pass pass, int done);
    }

    /** Reads it. */
    @FunctionalInterface
    private interface Reader {
        void read(Loaded on, Pass pass, int done);
    }

    private void run(Step step, Copier copier, Reader reader) {
        GpuThread.run(() -> {
            Loaded on = only(step);
            int done = 0;
            for (Pass pass : Pass.of(step, on.maxTokens(), on.maxRows())) {
                pass.send(on);
                try (Commands commands = Commands.begin(on.gpu().device())) {
                    for (Loaded.Stage stage : on.stages()) {
                        pass.run(commands, on, stage);
                    }
                    if (pass.rows() > 0) {
                        copier.copy(commands, on, pass, done);
                    }
                    commands.submit();
                }
                if (pass.rows() > 0) {
                    reader.read(on, pass, done);
                    done += pass.rows();
                }
            }
            took(step);
        });
    }

    @Override
    public synchronized List<Row> rows(Step step, int[] tops) {
        check(step, tops);
        boolean fits = program().vocabulary() <= PredictionImage.MAX_PREDICTIONS;
        if (!fits || Arrays.stream(tops).anyMatch(top -> top == Row.LOGITS || top > Drawer.MOST)) {
            return super.rows(step, tops);
        }
        List<Row> drawn = new ArrayList<>(tops.length);
        run(
                step,
                (commands, on, pass, done) ->
                        on.drawer().draw(commands, pass, Arrays.copyOfRange(tops, done, done + pass.rows())),
                (on, pass, done) -> read(on, tops, done, drawn));
        return drawn;
    }

    private static void read(Loaded on, int[] tops, int done, List<Row> drawn) {
        DrawnRow[] rows = on.drawer().read();
        int output = on.program().output();
        int pitch = Loaded.pitch(on.program().tensor(output));
        for (int row = 0; row < rows.length; row++) {
            if (rows[row].isFinite()) {
                drawn.add(rows[row]);
            } else { // The logits themselves tell which one is at fault.
                float[] logits = ReadBack.floats(
                        on.gpu().device(),
                        on.values(output),
                        4L * row * pitch,
                        on.program().vocabulary());
                drawn.add(Row.of(logits, tops[done + row]));
            }
        }
    }

    @Override
    public synchronized void step(Step step, float[] logits, Tap tap) {
        check(step, logits);
        Loaded on = GpuThread.call(() -> only(step));
        List<Pass> passes = Pass.of(step, on.maxTokens(), on.maxRows());
        if (passes.size() > 1) {
            throw new TooLargeException("a step that is looked into has at most %d tokens and %d rows on this GPU"
                    .formatted(on.maxTokens(), on.maxRows()));
        }
        Pass pass = passes.getFirst();
        GpuThread.run(() -> pass.send(on));
        for (Loaded.Stage stage : on.stages()) {
            long nanoseconds = GpuThread.call(() -> {
                long start = System.nanoTime();
                try (Commands commands = Commands.begin(on.gpu().device())) {
                    pass.run(commands, on, stage);
                    commands.submit();
                }
                ReadBack.floats(on.gpu().device(), on.now(), 0, 1); // Waits for the instruction's end.
                return System.nanoTime() - start;
            });
            tap.ran(new GpuMoment(on, pass, stage.instruction(), nanoseconds));
        }
        GpuThread.run(() -> {
            if (pass.rows() > 0) {
                try (Commands commands = Commands.begin(on.gpu().device())) {
                    copy(commands, on, pass);
                    commands.submit();
                }
                read(on, pass, logits, 0);
            }
            took(step);
        });
    }

    @Override
    public synchronized void close() {
        GpuThread.run(() -> {
            Loaded on = loaded;
            if (on != null) {
                executor.closed(on);
                on.close();
            }
        });
    }

    private static void took(Step step) {
        for (Step.Part part : step.parts()) {
            ((GpuState) part.state()).took(part.tokens().length);
        }
    }

    /** Where all of a step's sessions are, if that is not gone. */
    private Loaded only(Step step) {
        Loaded on = ((GpuState) step.parts().getFirst().state()).loaded();
        for (Step.Part part : step.parts()) {
            if (((GpuState) part.state()).loaded().isClosed()) {
                throw on.isLost()
                        ? new DeviceLostException("in an earlier step")
                        : new IllegalStateException("the machine is closed");
            }
        }
        return on;
    }

    private static void copy(Commands commands, Loaded on, Pass pass) {
        commands.copy(on.values(on.program().output()), 0, on.readBack(), 0, bytes(on, pass.rows()));
    }

    private static long bytes(Loaded on, int rows) {
        return 4L * rows * Loaded.pitch(on.program().tensor(on.program().output()));
    }

    private static void read(Loaded on, Pass pass, float[] logits, int done) {
        int vocabulary = on.program().vocabulary();
        int pitch = Loaded.pitch(on.program().tensor(on.program().output()));
        on.readBack().read(bytes(on, pass.rows()), from -> {
            for (int row = 0; row < pass.rows(); row++) {
                MemorySegment.copy(
                        from, ValueLayout.JAVA_FLOAT, 4L * row * pitch, logits, (done + row) * vocabulary, vocabulary);
            }
        });
    }

    /** The device, for tests that lose it or count what it holds. */
    Device device() {
        return GpuThread.call((Supplier<Device>) () -> executor.gpu().device());
    }
}
