package org.pixelllm.engine;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Row;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Tap;
import org.pixelllm.pxvm.program.Program;

/** A machine for somebody who may be stopped between two steps. */
final class StoppableMachine implements Machine {

    private final Machine machine;
    private final BooleanSupplier stopped;

    /**
     * @param stopped is asked before each step; once it says true, steps throw a {@link CancellationException}
     */
    StoppableMachine(Machine machine, BooleanSupplier stopped) {
        this.machine = machine;
        this.stopped = stopped;
    }

    private void requireWanted() {
        if (stopped.getAsBoolean()) {
            throw new CancellationException("nobody waits for it any more");
        }
    }

    @Override
    public Program program() {
        return machine.program();
    }

    @SuppressWarnings("MustBeClosedChecker") // The caller closes it.
    @MustBeClosed
    @Override
    public State newState() {
        return machine.newState();
    }

    @Override
    public void step(Step step, float[] logits) {
        requireWanted();
        machine.step(step, logits);
    }

    @Override
    public List<Row> rows(Step step, int[] tops) {
        requireWanted();
        return machine.rows(step, tops);
    }

    @Override
    public void step(Step step, float[] logits, Tap tap) {
        requireWanted();
        machine.step(step, logits, tap);
    }

    @Override
    public void close() {
        machine.close();
    }
}
