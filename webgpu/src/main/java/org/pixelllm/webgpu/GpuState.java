package org.pixelllm.webgpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.CheckedState;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.webgpu.api.BindGroup;
import org.pixelllm.webgpu.api.Buffer;
import org.pixelllm.webgpu.api.Commands;
import org.pixelllm.webgpu.api.Device;
import org.pixelllm.webgpu.api.GpuException;
import org.pixelllm.webgpu.api.GpuThread;

/** A session's memory on the GPU: one buffer for all state tensors, and what its kernels are told of it. */
final class GpuState extends CheckedState {

    /** First token, tokens, position: a kernel's {@code Session}. */
    private static final int NUMBERS = 16;

    private final Loaded loaded;
    private final Buffer numbers;
    private final @Nullable Buffer states; // none where the program remembers nothing
    private final List<BindGroup> groups = new ArrayList<>();
    private final MemorySegment numberBytes = Arena.ofAuto().allocate(NUMBERS, 4);

    /** To be called on the GPU's thread. */
    GpuState(WebGpuMachine owner, Loaded loaded) {
        super(owner);
        this.loaded = loaded;
        Device device = loaded.gpu().device();
        this.numbers = Buffer.create(device, Buffer.Use.UNIFORM, NUMBERS);
        Buffer memory = null;
        try {
            if (loaded.stateBytes() > 0) {
                memory = Buffer.create(device, Buffer.Use.STORAGE, loaded.stateBytes());
            }
            for (Loaded.SessionBinding each : loaded.bindings()) {
                groups.add(bind(device, each, memory));
            }
        } catch (GpuException e) {
            numbers.close();
            if (memory != null) {
                memory.close();
            }
            groups.forEach(BindGroup::close);
            throw e;
        }
        this.states = memory;
    }

    private BindGroup bind(Device device, Loaded.SessionBinding binding, @Nullable Buffer memory) {
        List<BindGroup.Entry> entries = new ArrayList<>();
        entries.add(new BindGroup.Entry(0, numbers, 0, NUMBERS));
        Program program = loaded.program();
        for (int id : binding.states()) {
            if (memory == null) {
                throw new IllegalStateException("a state without memory");
            }
            long bytes = 4 * program.tensor(id).elements();
            entries.add(new BindGroup.Entry(entries.size(), memory, loaded.stateAt(id), bytes));
        }
        return BindGroup.create(device, binding.dispatch().pipeline(), 1, entries);
    }

    Loaded loaded() {
        return loaded;
    }

    BindGroup group(int binding) {
        return groups.get(binding);
    }

    /** Tells the kernels which tokens of the coming pass are this session's. */
    void tell(int first, int count, int position) {
        numberBytes.setAtIndex(ValueLayout.JAVA_INT, 0, first);
        numberBytes.setAtIndex(ValueLayout.JAVA_INT, 1, count);
        numberBytes.setAtIndex(ValueLayout.JAVA_INT, 2, position);
        loaded.gpu().device().queue().write(numbers, 0, numberBytes, NUMBERS);
    }

    void took(int tokens) {
        advance(tokens);
    }

    /** Reads a state tensor's first rows. */
    float[] read(int id, int count) {
        if (states == null) {
            throw new IllegalStateException("no state");
        }
        return ReadBack.floats(loaded.gpu().device(), states, loaded.stateAt(id), count);
    }

    @Override
    protected void clear() {
        submit(commands -> {
            if (states != null) {
                commands.clear(states);
            }
        });
    }

    @Override
    protected void take(CheckedState other) {
        GpuState that = (GpuState) other;
        submit(commands -> {
            if (states != null && that.states != null) {
                commands.copy(that.states, 0, states, 0, states.size());
            }
        });
    }

    private void submit(java.util.function.Consumer<Commands> what) {
        if (states != null) {
            GpuThread.run(() -> {
                try (Commands commands = Commands.begin(loaded.gpu().device())) {
                    what.accept(commands);
                    commands.submit();
                }
            });
        }
    }

    @Override
    protected void free() {
        GpuThread.run(() -> {
            if (!loaded.isClosed()) { // With its device, everything of it has gone.
                groups.forEach(BindGroup::close);
                numbers.close();
                if (states != null) {
                    states.close();
                }
            }
        });
    }
}
