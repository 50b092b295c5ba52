package org.pixelllm.pxvm.executor;

import java.util.List;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;

/** The executors that every conformance case runs on, and how far each may be from the expected values. */
record Executors(String name, Executor executor, double tolerance) {

    static List<Executors> all() {
        return List.of(
                new Executors("reference", new ReferenceExecutor(), 1e-6),
                new Executors("simd, 1 thread", new SimdExecutor(1), 1e-4),
                new Executors("simd, 3 threads", new SimdExecutor(3), 1e-4));
    }

    @Override
    public String toString() {
        return name;
    }
}
