package org.pixelllm.webgpu;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Weights;
import org.pixelllm.webgpu.api.AdapterInfo;
import org.pixelllm.webgpu.api.AdapterLimits;
import org.pixelllm.webgpu.api.Backend;
import org.pixelllm.webgpu.api.GpuThread;
import org.pixelllm.webgpu.api.GpuUnavailableException;
import org.pixelllm.webgpu.kernel.Variant;

/**
 * Runs programs on a GPU through WebGPU. When the device is lost, a step throws one clear error; the next new
 * session gets a new device.
 */
public final class WebGpuExecutor implements Executor {

    static final String NAME = "webgpu";

    private final @Nullable Variant variant;
    private @Nullable Gpu gpu; // none after a loss, until the next one is opened
    private final AdapterInfo info;
    private final Variant used;
    private final List<LoadedProgram> open = new ArrayList<>();
    private boolean closed;

    private WebGpuExecutor(@Nullable Variant variant) {
        Gpu first = Gpu.open(variant);
        this.variant = variant;
        this.gpu = first;
        this.info = first.info();
        this.used = first.variant();
    }

    /**
     * Opens the GPU, and checks on a few small programs that it computes correctly.
     *
     * @throws GpuUnavailableException where there is no library, no adapter, or one that computes incorrectly
     */
    public static WebGpuExecutor open() {
        WebGpuExecutor executor = open(null);
        try {
            SelfTest.run(executor);
        } catch (RuntimeException | Error e) {
            executor.close();
            throw e;
        }
        return executor;
    }

    /** Without a self-test, for tests. */
    static WebGpuExecutor open(@Nullable Variant variant) {
        return GpuThread.call(() -> new WebGpuExecutor(variant));
    }

    /** The current device: a new one where the last one was lost. To be called on the GPU's thread. */
    Gpu gpu() {
        if (closed) {
            throw new IllegalStateException("the executor is closed");
        }
        Gpu current = gpu;
        if (current != null && current.device().isLost()) {
            open.forEach(LoadedProgram::markLost);
            closeAll();
            current = null;
        }
        if (current == null) {
            current = Gpu.open(variant);
            gpu = current;
        }
        return current;
    }

    /** Uses less than the adapter offers, for tests. */
    void restrict(UnaryOperator<AdapterLimits> less) {
        GpuThread.run(() -> gpu().restrict(less));
    }

    /** Registers a program that is closed with the device. */
    void opened(LoadedProgram loaded) {
        open.add(loaded);
    }

    /** Forgets a program that was closed. */
    void closed(LoadedProgram loaded) {
        open.remove(loaded);
    }

    private void closeAll() {
        open.forEach(LoadedProgram::close);
        open.clear();
        Gpu current = gpu;
        gpu = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        Backend backend = info.backend();
        return info.device() + " through " + (backend == null ? "?" : backend.words()) + ", "
                + (used == Variant.ROWS ? "a thread for each row" : "a workgroup for each row");
    }

    /** Whether the adapter is software on the CPU. */
    public boolean isOnCpu() {
        return info.isCpu();
    }

    @Override
    public Machine load(Program program, Weights weights) {
        return new WebGpuMachine(this, program, weights);
    }

    @Override
    public void close() {
        GpuThread.run(() -> {
            if (!closed) {
                closed = true;
                closeAll();
            }
        });
    }
}
