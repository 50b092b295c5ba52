package org.pixelllm.webgpu;

import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowingConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.pixelllm.pxvm.executor.Executors;
import org.pixelllm.webgpu.api.AdapterLimits;
import org.pixelllm.webgpu.api.GpuThread;
import org.pixelllm.webgpu.api.GpuUnavailableException;
import org.pixelllm.webgpu.kernel.Variant;

/** The WebGPU executor with both variants of its kernels, for the shared suite; where there is no adapter, tests are skipped. */
public final class OnThisGpu implements Executors.Others {

    private static @Nullable List<Executors> open;

    /** Both variants, open until the tests' end. */
    @Override
    public synchronized List<Executors> all() {
        return both();
    }

    static synchronized List<Executors> both() {
        List<Executors> before = open;
        if (before == null) {
            try {
                before = List.of(
                        new Executors("webgpu, rows", WebGpuExecutor.open(Variant.ROWS), 1e-4),
                        new Executors("webgpu, groups", WebGpuExecutor.open(Variant.GROUP), 1e-4));
            } catch (GpuUnavailableException e) {
                return Assumptions.abort("skipped: " + e.getMessage());
            }
            open = before;
        }
        return before;
    }

    /**
     * The variant that suits the adapter, while it uses less than the adapter offers. A device of its own would compile all its
     * kernels again.
     */
    static void restrict(UnaryOperator<AdapterLimits> less, ThrowingConsumer<WebGpuExecutor> with) {
        restrict(one(), less, with);
    }

    /** An executor while it uses less than its adapter offers. */
    static void restrict(
            WebGpuExecutor executor, UnaryOperator<AdapterLimits> less, ThrowingConsumer<WebGpuExecutor> with) {
        AdapterLimits before = GpuThread.call(() -> executor.gpu().limits());
        executor.restrict(less);
        try {
            with.accept(executor);
        } finally {
            executor.restrict(now -> before);
        }
    }

    /** The variant that suits the adapter. */
    static WebGpuExecutor one() {
        List<Executors> all = both();
        WebGpuExecutor rows = (WebGpuExecutor) all.getFirst().executor();
        return rows.isOnCpu() ? rows : (WebGpuExecutor) all.getLast().executor();
    }
}
