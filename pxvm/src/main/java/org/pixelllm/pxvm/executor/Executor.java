package org.pixelllm.pxvm.executor;

import com.google.errorprone.annotations.MustBeClosed;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Weights;

/** One way to run programs. */
public interface Executor extends AutoCloseable {

    /** The word on the command line: {@code reference}, {@code simd}. */
    String name();

    /**
     * What the bits of its answers depend on, beside the program and the tokens: two executors of the same arithmetic give
     * the same bits. Provenance names it.
     */
    default String arithmetic() {
        return name();
    }

    /** A description for people: vector width, threads. */
    String description();

    /**
     * Makes a program ready to run. The weights are used in place and must stay open as long as the machine.
     *
     * @throws IllegalArgumentException where a weight's shape or type is not the program's
     */
    @MustBeClosed
    Machine load(Program program, Weights weights);

    @Override
    void close();
}
