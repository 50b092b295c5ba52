package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.ExecutorProvider;

/** Provides the executor on the Vector API, where Java was started with it. */
public final class SimdProvider implements ExecutorProvider {

    @Override
    public String name() {
        return SimdExecutor.NAME;
    }

    @Override
    public int rank() {
        return 1;
    }

    @Override
    public Verdict available() {
        return SimdExecutor.isAvailable()
                ? Verdict.yes("the Vector API is there")
                : Verdict.no(
                        "the Vector API module is missing (start Java with --add-modules " + SimdExecutor.MODULE + ")");
    }

    @Override
    public Verdict suits(long bytes) {
        return available();
    }

    @Override
    public Executor open(int threads) {
        return new SimdExecutor(threads);
    }
}
