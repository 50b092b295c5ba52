package org.pixelllm.pxvm.executor;

import com.google.errorprone.annotations.MustBeClosed;

/**
 * A kind of executor, found by {@link java.util.ServiceLoader}. It costs next to nothing until it is asked to
 * {@link #open}: native libraries and the classes that need them are not loaded before that.
 */
public interface ExecutorProvider {

    /** The word on the command line: {@code reference}, {@code simd}. */
    String name();

    /** How fast it is compared with other kinds on models that suit it: the highest is tried first. */
    int rank();

    /**
     * Whether it runs models when nobody has named an executor: its answers have the same bits on every processor, and it runs
     * everywhere. One of all does.
     */
    default boolean isStandard() {
        return false;
    }

    /**
     * Whether it is worth its start for a model, where the fastest executor is asked for.
     *
     * @param bytes size of the cartridge's file; 0 where it is not known
     */
    Verdict suits(long bytes);

    /**
     * Opens one.
     *
     * @param threads how many threads may compute, at least 1
     * @throws RuntimeException where it cannot run here, with the reason
     */
    @MustBeClosed
    Executor open(int threads);

    /**
     * Opens one for whoever has named none: it answers at once, and may become faster while it runs.
     *
     * @param threads how many threads may compute, at least 1
     * @throws RuntimeException where it cannot run here, with the reason
     */
    @MustBeClosed
    default Executor openStandard(int threads) {
        return open(threads);
    }

    /**
     * An answer, and why.
     *
     * @param yes the answer
     * @param reason a clause for messages: {@code the Vector API is there}
     */
    record Verdict(boolean yes, String reason) {

        /** Yes, for this reason. */
        public static Verdict yes(String reason) {
            return new Verdict(true, reason);
        }

        /** No, for this reason. */
        public static Verdict no(String reason) {
            return new Verdict(false, reason);
        }
    }
}
