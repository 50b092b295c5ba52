package org.pixelllm.webgpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.CheckedState;
import org.pixelllm.webgpu.ProgramDispatches.SessionBinding;
import org.pixelllm.webgpu.api.BindGroup;
import org.pixelllm.webgpu.api.Buffer;
import org.pixelllm.webgpu.api.Commands;
import org.pixelllm.webgpu.api.Device;
import org.pixelllm.webgpu.api.GpuThread;
import org.pixelllm.webgpu.kernel.Session;
import org.pixelllm.webgpu.kernel.Slot;

/** A session's memory on the GPU: one buffer for all state tensors, and one for its kernels' {@link Session}. */
final class GpuState extends CheckedState {

    /** Bytes of a {@link Session}, filled up to 16. */
    private static final int SESSION_BYTES = 16;

    private final LoadedProgram loaded;
    private final Resources resources = new Resources();
    private final Buffer session;
    private final @Nullable Buffer states; // none where the program has no state
    private final List<BindGroup> groups = new ArrayList<>();
    private final MemorySegment sessionBytes = Arena.ofAuto().allocate(SESSION_BYTES, 4);

    /** To be called on the GPU's thread. Where it fails, nothing is kept on the device. */
    GpuState(WebGpuMachine owner, LoadedProgram loaded) {
        super(owner);
        this.loaded = loaded;
        Device device = loaded.gpu().device();
        long bytes = loaded.plan().stateBytes();
        try {
            this.session = resources.add(Buffer.create(device, Buffer.Use.UNIFORM, SESSION_BYTES));
            this.states = bytes == 0 ? null : resources.add(Buffer.create(device, Buffer.Use.STORAGE, bytes));
            for (SessionBinding each : loaded.sessionBindings()) {
                groups.add(resources.add(bind(device, each)));
            }
        } catch (RuntimeException | Error e) {
            resources.close();
            throw e;
        }
    }

    private BindGroup bind(Device device, SessionBinding binding) {
        List<BindGroup.Entry> entries = new ArrayList<>();
        entries.add(new BindGroup.Entry(Slot.SESSION.number(), session, 0, SESSION_BYTES));
        List<Integer> ids = binding.states();
        for (int i = 0; i < ids.size(); i++) {
            int id = ids.get(i);
            long bytes = 4 * loaded.program().tensor(id).elements();
            long offset = loaded.plan().stateOffset(id);
            entries.add(new BindGroup.Entry(Slot.state(i).number(), requireStates(), offset, bytes));
        }
        return BindGroup.create(device, binding.dispatch().pipeline(), Slot.SESSION.group(), entries);
    }

    private Buffer requireStates() {
        if (states == null) {
            throw new IllegalStateException("the program has no state");
        }
        return states;
    }

    LoadedProgram loaded() {
        return loaded;
    }

    BindGroup group(int binding) {
        return groups.get(binding);
    }

    /** Uploads which tokens of the coming pass are this session's. */
    void send(Session values) {
        int[] words = values.words();
        MemorySegment.copy(words, 0, sessionBytes, ValueLayout.JAVA_INT, 0, words.length);
        loaded.gpu().device().queue().write(session, 0, sessionBytes, SESSION_BYTES);
    }

    /** Counts tokens that have been taken in. */
    void took(int tokens) {
        advance(tokens);
    }

    /** Reads a state tensor's first values. */
    float[] read(int id, int count) {
        return ReadBack.floats(
                loaded.gpu().device(), requireStates(), loaded.plan().stateOffset(id), count);
    }

    @Override
    protected void clear() {
        if (states != null) {
            submit(commands -> commands.clear(states));
        }
    }

    @Override
    protected void take(CheckedState other) {
        Buffer from = ((GpuState) other).states;
        if (states != null && from != null) {
            submit(commands -> commands.copy(from, 0, states, 0, states.size()));
        }
    }

    private void submit(Consumer<Commands> what) {
        GpuThread.run(() -> {
            try (Commands commands = Commands.begin(loaded.gpu().device())) {
                what.accept(commands);
                commands.submit();
            }
        });
    }

    @Override
    protected void free() {
        GpuThread.run(() -> {
            if (!loaded.isClosed()) { // Otherwise its device has gone, with everything on it.
                resources.close();
            }
        });
    }
}
