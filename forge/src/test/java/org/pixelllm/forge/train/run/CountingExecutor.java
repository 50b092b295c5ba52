package org.pixelllm.forge.train.run;

import java.util.List;
import java.util.concurrent.CancellationException;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Row;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Tap;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Weights;

/** An executor that counts the machines and sessions that are open, and whose steps fail when asked to. */
final class CountingExecutor implements Executor {

    private final Executor executor = new SimdExecutor(1);
    private boolean failing;
    private int loaded;
    private int openMachines;
    private int openStates;

    /** Every later step is cancelled. */
    void fail() {
        failing = true;
    }

    int loaded() {
        return loaded;
    }

    int openMachines() {
        return openMachines;
    }

    int openStates() {
        return openStates;
    }

    @Override
    public String name() {
        return executor.name();
    }

    @Override
    public String description() {
        return executor.description();
    }

    @Override
    public Machine load(Program program, Weights weights) {
        loaded++;
        openMachines++;
        return new Counted(executor.load(program, weights));
    }

    @Override
    public void close() {
        executor.close();
    }

    private final class Counted implements Machine {

        private final Machine machine;

        Counted(Machine machine) {
            this.machine = machine;
        }

        @Override
        public Program program() {
            return machine.program();
        }

        @Override
        public State newState() {
            openStates++;
            return new CountedState(machine.newState());
        }

        @Override
        public void step(Step step, float[] logits) {
            if (failing) {
                throw new CancellationException("asked to");
            }
            List<Step.Part> parts = step.parts().stream()
                    .map(part -> new Step.Part(((CountedState) part.state()).state, part.tokens(), part.rows()))
                    .toList();
            machine.step(new Step(parts), logits);
        }

        @Override
        public List<Row> rows(Step step, int[] tops) {
            throw new UnsupportedOperationException("no rows while training");
        }

        @Override
        public void step(Step step, float[] logits, Tap tap) {
            throw new UnsupportedOperationException("not tapped while training");
        }

        @Override
        public void close() {
            openMachines--;
            machine.close();
        }
    }

    private final class CountedState implements State {

        private final State state;

        CountedState(State state) {
            this.state = state;
        }

        @Override
        public int position() {
            return state.position();
        }

        @Override
        public void reset() {
            state.reset();
        }

        @Override
        public void copyFrom(State other) {
            state.copyFrom(((CountedState) other).state);
        }

        @Override
        public void close() {
            openStates--;
            state.close();
        }
    }
}
