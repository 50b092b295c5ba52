package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Weights;

/** Runs programs in the arithmetic {@code simd-2}: the same bits on every processor, in either {@link Form}. */
public final class SimdExecutor implements Executor {

    static final String NAME = "simd";

    private final Workers workers;
    private final Form form;

    /** Whether this Java was started with the Vector API module. */
    public static boolean isAvailable() {
        return Form.VECTOR.isAvailable();
    }

    /** An executor in the fastest form that is available. */
    public SimdExecutor(int threads) {
        this(threads, Form.fastest());
    }

    /**
     * An executor with threads of its own, which live until it is closed.
     *
     * @param threads how many threads compute, at least 1; results do not depend on it
     * @param form one that is available
     */
    public SimdExecutor(int threads, Form form) {
        this.workers = new Workers(Math.max(1, threads));
        this.form = form;
    }

    /** The arithmetic of a form, for one thread. */
    public static Arithmetic arithmetic(Form form) {
        return switch (form) {
            case SCALAR -> new PlainArithmetic();
            case VECTOR -> new VectorArithmetic();
        };
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String arithmetic() {
        return Arithmetic.SIMD;
    }

    @Override
    public String description() {
        return arithmetic(form).description() + ", " + workers.count()
                + (workers.count() == 1 ? " thread" : " threads");
    }

    @Override
    public Machine load(Program program, Weights weights) {
        return new SimdMachine(program, weights, workers, form);
    }

    @Override
    public void close() {
        workers.close();
    }
}
