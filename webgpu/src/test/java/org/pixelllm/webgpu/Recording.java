package org.pixelllm.webgpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.webgpu.api.BindGroup;
import org.pixelllm.webgpu.api.Buffer;
import org.pixelllm.webgpu.api.Commands;
import org.pixelllm.webgpu.api.Device;
import org.pixelllm.webgpu.api.GpuThread;
import org.pixelllm.webgpu.api.Pipeline;

/**
 * What the executor's steps give to WebGPU, for another WebGPU to run: the kernels' texts, memory with what the CPU wrote
 * there, and workgroups. The executor's own GPU keeps the memory and computes nothing.
 */
final class Recording {

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
        final int vocabulary;
        final int pitch;
        int rows;

        Session(Loaded loaded) {
            this.vocabulary = loaded.program().vocabulary();
            this.pitch = Loaded.pitch(loaded.program().tensor(loaded.program().output()));
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
     * Records a new session.
     *
     * @param rows for how many tokens of the last step the logits are asked for; none of the others'
     */
    void add(Machine machine, List<int[]> steps, int rows) {
        try (GpuState state = (GpuState) machine.newState()) {
            Loaded loaded = state.loaded();
            Session session = new Session(loaded);
            for (int i = 0; i < steps.size(); i++) {
                int[] tokens = steps.get(i);
                session.rows = i == steps.size() - 1 ? rows : 0;
                Step step = new Step(List.of(new Step.Part(state, tokens, session.rows)));
                List<Pass> passes = Pass.of(step, loaded.maxTokens(), loaded.maxRows());
                assertThat(passes).hasSize(1);
                GpuThread.run(() -> {
                    passes.getFirst().send(loaded);
                    record(passes.getFirst(), loaded, session);
                    state.took(tokens.length);
                });
            }
            sessions.add(session);
        }
    }

    private void record(Pass pass, Loaded loaded, Session session) {
        List<List<?>> dispatches = new ArrayList<>();
        for (Loaded.Stage stage : loaded.stages()) {
            pass.run(
                    (pipeline, group, own, x, y, z) -> dispatches.add(dispatch(session, pipeline, group, own, x, y, z)),
                    loaded,
                    stage);
        }
        Buffer logits = loaded.values(loaded.program().output());
        int output = session.number(new Range(logits, 0, logits.size()));
        List<List<?>> writes = writes(session, loaded.gpu().device());
        session.steps.add(List.of(writes, dispatches, output, pass.rows() * session.pitch));
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
     * floats]]]]], the last list of lists once more for a kernel's group 1.
     */
    String plan() {
        List<List<?>> all = new ArrayList<>();
        for (Session each : sessions) {
            List<Long> sizes = each.numbers.keySet().stream().map(Range::size).toList();
            all.add(List.of(sizes, each.steps));
        }
        return List.of(kernels.size(), all).toString(); // Lists of numbers print as JSON.
    }

    /** Cuts what a replay gave into the sessions' logits // [rows, vocabulary], each. */
    List<float[]> logits(float[] replayed) {
        List<float[]> all = new ArrayList<>();
        int from = 0;
        for (Session each : sessions) {
            float[] logits = new float[each.rows * each.vocabulary];
            for (int row = 0; row < each.rows; row++) {
                System.arraycopy(replayed, from, logits, row * each.vocabulary, each.vocabulary);
                from += each.pitch;
            }
            all.add(logits);
        }
        assertThat(replayed).hasSize(from);
        return all;
    }
}
