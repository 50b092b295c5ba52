package org.pixelllm.webgpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.images.PxiVersion;
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
import org.pixelllm.webgpu.kernel.Kernels;

/** A program on a GPU. A step is one submit and one read-back, or several where it is larger than a pass. */
final class WebGpuMachine extends CheckedMachine {

    private final WebGpuExecutor executor;
    private final Weights weights;
    private @Nullable LoadedProgram loaded;

    WebGpuMachine(WebGpuExecutor executor, Program program, Weights weights) {
        super(program, weights);
        this.executor = executor;
        this.weights = weights;
        GpuThread.run(this::loaded);
    }

    /** The program on the executor's current device: after a loss it is loaded onto the new one. */
    private LoadedProgram loaded() {
        Gpu gpu = executor.gpu();
        LoadedProgram before = loaded;
        if (before != null && before.gpu() == gpu) {
            return before;
        }
        LoadedProgram made = new LoadedProgram(gpu, program(), weights);
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

    /** Copies the results of a pass to where they can be read; {@code done} rows of the step came before it. */
    @FunctionalInterface
    private interface Copier {
        void copy(Commands commands, LoadedProgram on, Pass pass, int done);
    }

    /** Reads them. */
    @FunctionalInterface
    private interface Reader {
        void read(LoadedProgram on, Pass pass, int done);
    }

    private void run(Step step, Copier copier, Reader reader) {
        GpuThread.run(() -> {
            LoadedProgram on = only(step);
            int done = 0;
            for (Pass pass : Pass.of(step, on.plan().maxTokens(), on.plan().maxRows())) {
                pass.send(on);
                try (Commands commands = Commands.begin(on.gpu().device())) {
                    for (ProgramDispatches.Stage stage : on.stages()) {
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
        boolean fits = program().vocabulary() <= PxiVersion.MAX_VOCABULARY;
        if (!fits || Arrays.stream(tops).anyMatch(top -> top == Row.LOGITS || top > Kernels.MAX_TOP)) {
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

    private static void read(LoadedProgram on, int[] tops, int done, List<Row> drawn) {
        DrawnRow[] rows = on.drawer().read();
        int pitch = on.plan().logitsPitch();
        for (int row = 0; row < rows.length; row++) {
            if (rows[row].isFinite()) {
                drawn.add(rows[row]);
            } else { // The error names the logit, so the logits are read.
                float[] logits = ReadBack.floats(
                        on.gpu().device(),
                        on.memory().logits(),
                        4L * row * pitch,
                        on.program().vocabulary());
                drawn.add(Row.of(logits, tops[done + row]));
            }
        }
    }

    @Override
    public synchronized void step(Step step, float[] logits, Tap tap) {
        check(step, logits);
        LoadedProgram on = GpuThread.call(() -> only(step));
        List<Pass> passes = Pass.of(step, on.plan().maxTokens(), on.plan().maxRows());
        if (passes.size() > 1) {
            throw new TooLargeException("a step with a tap has at most %d tokens and %d rows on this GPU"
                    .formatted(on.plan().maxTokens(), on.plan().maxRows()));
        }
        Pass pass = passes.getFirst();
        GpuThread.run(() -> pass.send(on));
        for (ProgramDispatches.Stage stage : on.stages()) {
            long nanoseconds = GpuThread.call(() -> {
                long start = System.nanoTime();
                try (Commands commands = Commands.begin(on.gpu().device())) {
                    pass.run(commands, on, stage);
                    commands.submit();
                }
                ReadBack.floats(on.gpu().device(), on.memory().now(), 0, 1); // Waits for the instruction's end.
                return System.nanoTime() - start;
            });
            tap.ran(new GpuTapContext(on, pass, stage.instruction(), nanoseconds));
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
            LoadedProgram on = loaded;
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

    /** Where all of a step's sessions are, if it is still open. */
    private LoadedProgram only(Step step) {
        LoadedProgram on = ((GpuState) step.parts().getFirst().state()).loaded();
        for (Step.Part part : step.parts()) {
            if (((GpuState) part.state()).loaded().isClosed()) {
                throw on.isLost()
                        ? new DeviceLostException("in an earlier step")
                        : new IllegalStateException("the machine is closed");
            }
        }
        return on;
    }

    private static void copy(Commands commands, LoadedProgram on, Pass pass) {
        DeviceMemory memory = on.memory();
        commands.copy(memory.logits(), 0, memory.readBack(), 0, on.plan().logitsBytes(pass.rows()));
    }

    private static void read(LoadedProgram on, Pass pass, float[] logits, int done) {
        int vocabulary = on.program().vocabulary();
        int pitch = on.plan().logitsPitch();
        on.memory().readBack().read(on.plan().logitsBytes(pass.rows()), from -> {
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
