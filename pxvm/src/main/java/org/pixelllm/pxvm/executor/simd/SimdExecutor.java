package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Weights;

/** Runs programs on the Vector API. To be made only where {@link #isAvailable}. */
public final class SimdExecutor implements Executor {

    static final String NAME = "simd";
    static final String MODULE = "jdk.incubator.vector";

    private final Workers workers;

    /**
     * An executor with threads of its own, which live until it is closed.
     *
     * @param threads how many threads compute, at least 1; results do not depend on it
     */
    public SimdExecutor(int threads) {
        this.workers = new Workers(Math.max(1, threads));
    }

    /** Whether this Java was started with the Vector API module. */
    public static boolean isAvailable() {
        return ModuleLayer.boot().findModule(MODULE).isPresent();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Vector API, " + Lanes.FLOAT.vectorBitSize() + "-bit vectors, " + workers.count()
                + (workers.count() == 1 ? " thread" : " threads");
    }

    @Override
    public Machine load(Program program, Weights weights) {
        return new SimdMachine(program, weights, workers);
    }

    @Override
    public void close() {
        workers.close();
    }
}
