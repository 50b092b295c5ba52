package org.pixelllm.webgpu;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Weights;

/** A program on a device: what it takes there ({@link MemoryPlan}), its memory, and its dispatches. */
final class LoadedProgram implements AutoCloseable {

    private final Gpu gpu;
    private final MemoryPlan plan;
    private final DeviceMemory memory;
    private final ProgramDispatches dispatches;
    private @Nullable Drawer drawer;
    private boolean closed;
    private boolean lost;

    /**
     * Loads; where that fails, nothing is kept on the device.
     *
     * @throws TooLargeException where the device cannot hold it
     */
    LoadedProgram(Gpu gpu, Program program, Weights weights) {
        this.gpu = gpu;
        this.plan = new MemoryPlan(program, weights, gpu.limits());
        this.memory = new DeviceMemory(gpu.device(), plan);
        try {
            this.dispatches = new Planner(gpu, plan, memory).plan();
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    Gpu gpu() {
        return gpu;
    }

    Program program() {
        return plan.program();
    }

    MemoryPlan plan() {
        return plan;
    }

    DeviceMemory memory() {
        return memory;
    }

    List<ProgramDispatches.Stage> stages() {
        return dispatches.stages();
    }

    List<ProgramDispatches.SessionBinding> sessionBindings() {
        return dispatches.sessionBindings();
    }

    /** What draws its logits. Made when something is drawn for the first time. */
    Drawer drawer() {
        Drawer made = drawer;
        if (made == null) {
            made = new Drawer(gpu, plan, memory);
            drawer = made;
        }
        return made;
    }

    boolean isClosed() {
        return closed;
    }

    /** Notes that its device has gone. */
    void markLost() {
        lost = true;
    }

    boolean isLost() {
        return lost;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (drawer != null) {
            drawer.close();
        }
        dispatches.close();
        memory.close();
    }
}
