package org.pixelllm.pxvm.executor.reference;

import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.ExecutorProvider;

/** Provides the reference executor, which runs everywhere. */
public final class ReferenceProvider implements ExecutorProvider {

    @Override
    public String name() {
        return ReferenceExecutor.NAME;
    }

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public Verdict suits(long bytes) {
        return Verdict.yes("it runs everywhere");
    }

    @Override
    public Executor open(int threads) {
        return new ReferenceExecutor();
    }
}
