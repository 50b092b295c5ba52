package org.pixelllm.webgpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.program.Dim;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.webgpu.api.Dispatches;
import org.pixelllm.webgpu.api.Queue;
import org.pixelllm.webgpu.kernel.Now;
import org.pixelllm.webgpu.kernel.Session;

/**
 * The part of a step that fits the memory on the GPU: usually all of it.
 *
 * @param parts the sessions' tokens in it
 * @param tokens over all parts
 * @param rows asked for
 */
record Pass(List<Part> parts, int tokens, int rows) {

    /**
     * One session's tokens.
     *
     * @param state its memory
     * @param ids the tokens of its step
     * @param from the first of them in this pass
     * @param count how many
     * @param rows for how many of these, from the end, the logits are asked for
     * @param first the place of the first one in the pass
     */
    record Part(GpuState state, int[] ids, int from, int count, int rows, int first) {
        int position() {
            return state.position() + from;
        }
    }

    /** Cuts a step. */
    static List<Pass> of(Step step, int maxTokens, int maxRows) {
        List<Pass> passes = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        int tokens = 0;
        int rows = 0;
        for (Step.Part each : step.parts()) {
            int[] ids = each.tokens();
            int firstAsked = ids.length - each.rows();
            for (int from = 0; from < ids.length; ) {
                int room = maxTokens - tokens;
                int to = Math.min(ids.length, from + room);
                if (to > Math.max(from, firstAsked) + maxRows - rows) {
                    to = Math.max(from, firstAsked) + maxRows - rows;
                }
                if (to <= from) {
                    passes.add(new Pass(List.copyOf(parts), tokens, rows));
                    parts.clear();
                    tokens = 0;
                    rows = 0;
                    continue;
                }
                int asked = Math.max(0, to - Math.max(from, firstAsked));
                parts.add(new Part((GpuState) each.state(), ids, from, to - from, asked, tokens));
                tokens += to - from;
                rows += asked;
                from = to;
            }
        }
        passes.add(new Pass(List.copyOf(parts), tokens, rows));
        return passes;
    }

    /**
     * Writes what changes with every pass: {@link Now}.
     *
     * @return bytes, a multiple of 4
     */
    long write(MemorySegment to) {
        to.setAtIndex(ValueLayout.JAVA_INT, Now.TOKENS, tokens);
        to.setAtIndex(ValueLayout.JAVA_INT, Now.ROWS, rows);
        int position = Now.POSITIONS;
        int row = Now.asked(tokens);
        long pixels = 4L * Now.image(tokens, rows);
        long end = MemoryPlan.nowBytes(tokens, rows);
        to.setAtIndex(ValueLayout.JAVA_INT, end / 4 - 1, 0);
        pixel(to, pixels, tokens + 65_536); // version 1 in blue
        for (Part part : parts) {
            for (int i = 0; i < part.count; i++) {
                to.setAtIndex(ValueLayout.JAVA_INT, position++, part.position() + i);
                pixel(to, pixels + 3L * (part.first + i + 1), part.ids[part.from + i]);
            }
            for (int i = part.count - part.rows; i < part.count; i++) {
                to.setAtIndex(ValueLayout.JAVA_INT, row++, part.first + i);
            }
        }
        return end;
    }

    private static void pixel(MemorySegment to, long at, int value) {
        to.set(ValueLayout.JAVA_BYTE, at, (byte) value);
        to.set(ValueLayout.JAVA_BYTE, at + 1, (byte) (value >> 8));
        to.set(ValueLayout.JAVA_BYTE, at + 2, (byte) (value >> 16));
    }

    /** Uploads what kernels read. */
    void send(LoadedProgram loaded) {
        DeviceMemory memory = loaded.memory();
        Queue queue = loaded.gpu().device().queue();
        queue.write(memory.now(), 0, memory.nowBytes(), write(memory.nowBytes()));
        if (!loaded.sessionBindings().isEmpty()) {
            for (Part part : parts) {
                part.state.send(new Session(part.first, part.count, part.position()));
            }
        }
    }

    /** Adds the dispatches of one instruction. */
    void run(Dispatches commands, LoadedProgram loaded, ProgramDispatches.Stage stage) {
        Tensor result = loaded.program().tensor(stage.instruction().result());
        boolean byRows = result.shape().getFirst().equals(Dim.ROWS);
        List<Dispatch> dispatches = stage.of(byRows ? rows : tokens);
        if (dispatches.getFirst().session() == Dispatch.NONE) {
            for (Dispatch each : dispatches) {
                dispatch(commands, each);
            }
            return;
        }
        for (Part part : parts) { // All of one session before the next: they share the memory of scores.
            for (Dispatch each : dispatches) {
                Workload work = new Workload(part.count, part.rows, part.position() + part.count);
                dispatch(commands, each, part.state, work);
            }
        }
    }

    /** Adds a dispatch that runs once for all sessions. */
    void dispatch(Dispatches commands, Dispatch each) {
        dispatch(commands, each, null, new Workload(tokens, rows, 0));
    }

    private static void dispatch(Dispatches commands, Dispatch each, @Nullable GpuState state, Workload work) {
        int[] extent = each.extent().of(work);
        if (extent[0] > 0 && extent[1] > 0 && extent[2] > 0) {
            commands.dispatch(
                    each.pipeline(),
                    each.group(),
                    state == null ? null : state.group(each.session()),
                    extent[0],
                    extent[1],
                    extent[2]);
        }
    }
}
