package org.pixelllm.pxvm.executor.reference;

import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Weights;

/** The executor that the others are held to: plain loops in reading order, sums in double. */
public final class ReferenceExecutor implements Executor {

    static final String NAME = "reference";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "plain Java, one thread";
    }

    @Override
    public Machine load(Program program, Weights weights) {
        return new ReferenceMachine(program, weights);
    }

    @Override
    public void close() {}
}
