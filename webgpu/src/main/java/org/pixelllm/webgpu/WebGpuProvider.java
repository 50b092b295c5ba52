package org.pixelllm.webgpu;

import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.ExecutorProvider;

/** Provides the executor on a GPU. A GPU is looked for by name, or where the fastest is asked for and a cartridge is large enough. */
public final class WebGpuProvider implements ExecutorProvider {

    /**
     * Cartridges from this size on are worth a GPU's start, some tenths of a second, and its round trip for each token.
     * An estimate: no GPU could be measured.
     */
    public static final long LARGE_BYTES = 64L << 20;

    @Override
    public String name() {
        return WebGpuExecutor.NAME;
    }

    @Override
    public int rank() {
        return 2;
    }

    @Override
    public Verdict suits(long bytes) {
        if (bytes < LARGE_BYTES) {
            return Verdict.no("it is for cartridges of " + (LARGE_BYTES >> 20) + " MiB or more");
        }
        return Adapters.mayHaveGpu() ? Adapters.firstIsGpu() : Verdict.no("there is no GPU");
    }

    @Override
    public Executor open(int threads) {
        return WebGpuExecutor.open();
    }
}
