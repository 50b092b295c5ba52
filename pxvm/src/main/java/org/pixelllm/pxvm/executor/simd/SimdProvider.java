package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.ExecutorProvider;

/** Provides the executor in the arithmetic {@code simd-2}: on the Vector API where Java was started with it. */
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
    public boolean isStandard() {
        return true;
    }

    @Override
    public Verdict suits(long bytes) {
        return switch (Form.fastest()) {
            case VECTOR -> Verdict.yes("the Vector API is there");
            case SCALAR ->
                Verdict.yes("it needs nothing but Java; with --add-modules " + Form.MODULE + " it would be faster");
        };
    }

    @Override
    public Executor open(int threads) {
        return new SimdExecutor(threads);
    }

    @Override
    public Executor openStandard(int threads) {
        return SimdExecutor.warming(threads);
    }
}
