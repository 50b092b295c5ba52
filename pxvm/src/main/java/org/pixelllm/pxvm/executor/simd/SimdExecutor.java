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
    private final boolean warming;

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
        this(threads, form, false);
    }

    private SimdExecutor(int threads, Form form, boolean warming) {
        this.workers = new Workers(Math.max(1, threads));
        this.form = form;
        this.warming = warming;
    }

    /**
     * An executor that begins in the scalar form and goes over to vectors, where they are available, when they are faster: code of
     * the Vector API is slow until it is compiled, which is done in the background meanwhile.
     *
     * @param threads how many threads compute, at least 1; results do not depend on it
     */
    public static SimdExecutor warming(int threads) {
        return new SimdExecutor(threads, Form.fastest(), Form.VECTOR.isAvailable());
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
        return arithmetic(form).description()
                + (warming ? " once warm, " : ", ")
                + workers.count()
                + (workers.count() == 1 ? " thread" : " threads");
    }

    @Override
    public Machine load(Program program, Weights weights) {
        return warming
                ? SimdMachine.warming(program, weights, workers)
                : new SimdMachine(program, weights, workers, form);
    }

    @Override
    public void close() {
        workers.close();
    }
}
