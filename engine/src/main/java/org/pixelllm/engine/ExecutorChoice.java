package org.pixelllm.engine;

import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;

/**
 * Which executor runs, and why.
 *
 * @param executor the one chosen
 * @param reason why, for a person who asks
 * @param warning what a person should know without asking, or null
 */
public record ExecutorChoice(
        Executor executor, String reason, @Nullable String warning) {

    /** What a caller may ask for. */
    public enum Kind {
        /** The fastest that this Java can run. */
        AUTO,
        /** Plain Java. */
        REFERENCE,
        /** The Vector API. */
        SIMD
    }

    private static final String HINT = "start Java with --add-modules jdk.incubator.vector";

    /**
     * Chooses.
     *
     * @param threads how many threads may compute, at least 1
     */
    public static ExecutorChoice of(Kind kind, int threads) {
        boolean simd = SimdExecutor.isAvailable();
        return switch (kind) {
            case REFERENCE -> new ExecutorChoice(new ReferenceExecutor(), "as asked", null);
            case SIMD ->
                simd
                        ? new ExecutorChoice(new SimdExecutor(threads), "as asked", null)
                        : new ExecutorChoice(
                                new ReferenceExecutor(),
                                "simd was asked for, but this Java runs without the Vector API",
                                "The Vector API module is missing (" + HINT
                                        + "): the reference executor runs instead, slower.");
            case AUTO ->
                simd
                        ? new ExecutorChoice(new SimdExecutor(threads), "the Vector API is there", null)
                        : new ExecutorChoice(
                                new ReferenceExecutor(),
                                "this Java runs without the Vector API, which a small model does not need; " + HINT
                                        + " for a large one",
                                null);
        };
    }
}
