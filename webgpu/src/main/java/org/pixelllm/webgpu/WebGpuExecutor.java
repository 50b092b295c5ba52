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

/**
 * Runs programs on a GPU through WebGPU. When the device is lost, a step throws one clear error; the next session that is
 * begun gets a new device.
 */
public final class WebGpuExecutor implements Executor {

    static final String NAME = "webgpu";

    private final Gpu.@Nullable Variant variant;
    private Gpu gpu;
    private final List<Loaded> open = new ArrayList<>();
    private boolean closed;

    private WebGpuExecutor(Gpu.@Nullable Variant variant) {
        this.variant = variant;
        this.gpu = Gpu.open(variant);
    }

    /**
     * Opens the GPU, and lets it compute a few small programs to see that it computes them right.
     *
     * @throws GpuUnavailableException where there is no library, no adapter, or one that computes wrong
     */
    public static WebGpuExecutor open() {
        WebGpuExecutor executor = open(null);
        try {
            SelfTest.run(executor);
        } catch (RuntimeException e) {
            executor.close();
            throw e;
        }
        return executor;
    }

    /** Without a self-test, for tests. */
    static WebGpuExecutor open(Gpu.@Nullable Variant variant) {
        return GpuThread.call(() -> new WebGpuExecutor(variant));
    }

    /** The device of today. To be called on the GPU's thread. */
    Gpu gpu() {
        if (closed) {
            throw new IllegalStateException("the executor is closed");
        }
        if (gpu.device().isLost()) {
            open.forEach(Loaded::lose);
            closeAll();
            gpu = Gpu.open(variant);
        }
        return gpu;
    }

    /** Takes less than the adapter offers, for tests. */
    void restrict(UnaryOperator<AdapterLimits> less) {
        gpu.restrict(less);
    }

    /** Keeps what is to be closed with the device. */
    void opened(Loaded loaded) {
        open.add(loaded);
    }

    /** Does not keep it any more. */
    void closed(Loaded loaded) {
        open.remove(loaded);
    }

    private void closeAll() {
        open.forEach(Loaded::close);
        open.clear();
        gpu.close();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        AdapterInfo info = gpu.info();
        Backend backend = info.backend();
        return info.device() + " through " + (backend == null ? "?" : backend.words()) + ", "
                + (gpu.variant() == Gpu.Variant.ROWS ? "a thread for each row" : "a workgroup for each row");
    }

    /** Whether the adapter is software on the CPU. */
    public boolean isOnCpu() {
        return gpu.info().isCpu();
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
