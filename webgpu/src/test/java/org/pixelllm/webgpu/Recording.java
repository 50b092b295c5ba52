package org.pixelllm.webgpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Row;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.webgpu.api.BindGroup;
import org.pixelllm.webgpu.api.Buffer;
import org.pixelllm.webgpu.api.Commands;
import org.pixelllm.webgpu.api.Device;
import org.pixelllm.webgpu.api.Dispatches;
import org.pixelllm.webgpu.api.GpuThread;
import org.pixelllm.webgpu.api.Pipeline;

/**
 * What the executor's steps give to WebGPU, for another WebGPU to run: the kernels' texts, memory with what the CPU wrote
 * there, and workgroups. The executor's own GPU keeps the memory and computes nothing.
 */
final class Recording {

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** A part of a buffer that a kernel has a name for. It becomes a buffer of its own, with no offset to align. */
    private record Range(Buffer buffer, long offset, long size) {
        boolean overlaps(Range other) {
            return buffer == other.buffer && offset < other.offset + other.size && other.offset < offset + size;
        }
    }

    /** One session: its ranges by number, and what each of them holds by what was written. */
    private static final class Session {
        final Map<Range, Integer> numbers = new LinkedHashMap<>();
        final Map<Range, byte[]> contents = new HashMap<>();
        final List<List<?>> steps = new ArrayList<>();
        final Consumer<MemorySegment> check;
        int output;
        int words;

        Session(Consumer<MemorySegment> check) {
            this.check = check;
        }

        /** What is read after the step: the buffer's first words. */
        void output(Buffer buffer, int count) {
            output = number(new Range(buffer, 0, buffer.size()));
            words = count;
        }

        int number(Range range) {
            return numbers.computeIfAbsent(range, missing -> {
                assertThat(numbers.keySet()).noneMatch(range::overlaps);
                return numbers.size();
            });
        }
    }

    private final Map<String, Integer> kernels = new LinkedHashMap<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Session> sessions = new ArrayList<>();

    /**
     * Records a new session that ends with logits.
     *
     * @param rows for how many tokens of the last step the logits are asked for; none of the others'
     * @param check takes what a replay gave // [rows, vocabulary]
     */
    void add(Machine machine, List<int[]> steps, int rows, Consumer<float[]> check) {
        int vocabulary = machine.program().vocabulary();
        try (GpuState state = (GpuState) machine.newState()) {
            int pitch = pitch(state.loaded());
            Session session = new Session(output -> {
                float[] logits = new float[rows * vocabulary];
                for (int row = 0; row < rows; row++) {
                    MemorySegment.copy(output, FLOAT, 4L * row * pitch, logits, row * vocabulary, vocabulary);
                }
                check.accept(logits);
            });
            sessions.add(session);
            for (int[] tokens : steps) {
                record(session, state, tokens, tokens == steps.getLast() ? rows : 0, new int[0]);
            }
        }
    }

    /** Records a new session of one step that ends with its last row drawn. */
    void addDrawn(Machine machine, int[] tokens, int top, Consumer<Row> check) {
        try (GpuState state = (GpuState) machine.newState()) {
            LoadedProgram loaded = state.loaded();
            Session session = new Session(output -> check.accept(loaded.drawer().row(output, 0)));
            sessions.add(session);
            record(session, state, tokens, 1, new int[] {top});
        }
    }

    private static int pitch(LoadedProgram loaded) {
        return loaded.plan().logitsPitch();
    }

    private void record(Session session, GpuState state, int[] tokens, int rows, int[] tops) {
        LoadedProgram loaded = state.loaded();
        Step step = new Step(List.of(new Step.Part(state, tokens, rows)));
        List<Pass> passes =
                Pass.of(step, loaded.plan().maxTokens(), loaded.plan().maxRows());
        assertThat(passes).hasSize(1);
        Pass pass = passes.getFirst();
        GpuThread.run(() -> {
            pass.send(loaded);
            List<List<?>> dispatches = new ArrayList<>();
            Dispatches list =
                    (kernel, group, own, x, y, z) -> dispatches.add(dispatch(session, kernel, group, own, x, y, z));
            for (ProgramDispatches.Stage stage : loaded.stages()) {
                pass.run(list, loaded, stage);
            }
            if (tops.length == 0) {
                session.output(loaded.memory().logits(), rows * pitch(loaded));
            } else {
                loaded.drawer().dispatch(list, pass, tops);
                session.output(loaded.drawer().drawn(), (int) loaded.drawer().bytes() / 4);
            }
            List<List<?>> writes = writes(session, loaded.gpu().device());
            session.steps.add(List.of(writes, dispatches, session.output, session.words));
            state.took(tokens.length);
        });
    }

    private List<?> dispatch(
            Session session, Pipeline pipeline, BindGroup group, @Nullable BindGroup own, int x, int y, int z) {
        int kernel = kernels.computeIfAbsent(pipeline.text(), missing -> kernels.size());
        List<?> names = names(session, group);
        return own == null ? List.of(kernel, x, y, z, names) : List.of(kernel, x, y, z, names, names(session, own));
    }

    private static List<?> names(Session session, BindGroup group) {
        return group.entries().stream()
                .map(each ->
                        List.of(each.binding(), session.number(new Range(each.buffer(), each.offset(), each.size()))))
                .toList();
    }

    /** What has been written since the step before: nothing else changes a buffer here. */
    private List<List<?>> writes(Session session, Device device) {
        List<List<?>> writes = new ArrayList<>();
        Map<Buffer, byte[]> read = new HashMap<>();
        session.numbers.forEach((range, number) -> {
            byte[] whole = read.computeIfAbsent(range.buffer, buffer -> read(device, buffer));
            int from = (int) range.offset;
            byte[] now = Arrays.copyOfRange(whole, from, from + (int) range.size);
            byte[] before = session.contents.put(range, now);
            if (!Arrays.equals(now, before == null ? new byte[now.length] : before)) {
                writes.add(List.of(number, bytes.size(), now.length));
                bytes.writeBytes(now);
            }
        });
        return writes;
    }

    private static byte[] read(Device device, Buffer buffer) {
        byte[][] content = new byte[1][];
        try (Buffer copy = Buffer.create(device, Buffer.Use.READ_BACK, buffer.size())) {
            try (Commands commands = Commands.begin(device)) {
                commands.copy(buffer, 0, copy, 0, buffer.size());
                commands.submit();
            }
            copy.read(buffer.size(), segment -> content[0] = segment.toArray(ValueLayout.JAVA_BYTE));
        }
        return content[0];
    }

    /** Whether every kernel of a program is in a program that was recorded. */
    boolean hasAllKernelsOf(Machine machine) {
        try (GpuState state = (GpuState) machine.newState()) {
            return state.loaded().stages().stream()
                    .flatMap(stage -> Stream.concat(stage.single().stream(), stage.several().stream()))
                    .allMatch(each -> kernels.containsKey(each.pipeline().text()));
        }
    }

    /** Each text that was given to the GPU, once. */
    List<String> kernels() {
        return List.copyOf(kernels.keySet());
    }

    /** What the writes of {@link #plan} copy from. */
    byte[] bytes() {
        return bytes.toByteArray();
    }

    /**
     * The sessions as JSON: [kernels, [[[size], [[[[buffer, from, size]], [[kernel, x, y, z, [[binding, buffer]]]], output,
     * words]]]]], the last list of lists once more for a kernel's group 1.
     */
    String plan() {
        List<List<?>> all = new ArrayList<>();
        for (Session each : sessions) {
            List<Long> sizes = each.numbers.keySet().stream().map(Range::size).toList();
            all.add(List.of(sizes, each.steps));
        }
        return List.of(kernels.size(), all).toString(); // Lists of numbers print as JSON.
    }

    /** Gives each session's check its part of what a replay gave. */
    void check(byte[] outputs) {
        MemorySegment all = Arena.ofAuto().allocate(outputs.length, 4);
        MemorySegment.copy(MemorySegment.ofArray(outputs), 0, all, 0, outputs.length);
        assertThat(sessions).isNotEmpty();
        long from = 0;
        for (Session each : sessions) {
            each.check.accept(all.asSlice(from, 4L * each.words));
            from += 4L * each.words;
        }
        assertThat(from).isEqualTo(outputs.length);
    }
}
