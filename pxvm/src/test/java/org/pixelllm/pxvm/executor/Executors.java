package org.pixelllm.pxvm.executor;

import java.util.List;
import java.util.ServiceLoader;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;

/**
 * The executors that every conformance case runs on, and how far each may be from the expected values.
 *
 * @param name for messages
 * @param executor open while the tests run
 * @param tolerance relative to 1 + the largest value expected
 */
public record Executors(String name, Executor executor, double tolerance) {

    /** Another room's executors: where one is found on the class path, the suite runs on its executors instead of ours. */
    public interface Others {
        /** At least one, unless this ends the test as one that cannot run here. */
        List<Executors> all();
    }

    static List<Executors> all() {
        for (Others others : ServiceLoader.load(Others.class)) {
            return others.all();
        }
        return own();
    }

    static List<Executors> own() {
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
