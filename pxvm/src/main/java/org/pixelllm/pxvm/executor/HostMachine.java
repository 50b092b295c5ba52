package org.pixelllm.pxvm.executor;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.pixelllm.pxvm.executor.memory.NativeSpace;
import org.pixelllm.pxvm.executor.memory.StateLayout;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Weights;

/**
 * What machines on the CPU share: a step's frame, its states. A subclass runs the instructions.
 */
public abstract class HostMachine extends CheckedMachine {

    private final Frame frame;
    private final List<List<Instruction>> groups;
    private final StateLayout layout;
    private final Set<HostState> open = ConcurrentHashMap.newKeySet();
    private NativeSpace space = NativeSpace.SYSTEM;

    /**
     * Checks the weights.
     *
     * @param groups the program's instructions in the order in which {@link #run} takes them, each after what it
     *     reads; those of one group may run at the same time
     */
    protected HostMachine(Program program, Weights weights, List<List<Instruction>> groups) {
        super(program, weights);
        this.groups = groups.stream().map(List::copyOf).toList();
        this.frame = new Frame(program, this.groups);
        this.layout = StateLayout.of(program);
    }

    /** Runs the instructions of one group, by its place in the order. */
    protected abstract void run(Frame frame, int group);

    /** Bytes that kernels take, beside the program's own tensors, for a step of this many tokens. */
    protected long workspace(int tokens) {
        return 0;
    }

    @Override
    public final State newState() {
        HostState state = new HostState(this, layout);
        open.add(state);
        return state;
    }

    /** Lets another memory be asked, for tests. */
    void use(NativeSpace other) {
        space = other;
    }

    void forget(HostState state) {
        open.remove(state);
    }

    /** Closes its sessions' memory. */
    @Override
    public void close() {
        for (HostState state : open) {
            state.close();
        }
    }

    private void prepare(Step step) {
        frame.require(step.tokens(), step.rows(), workspace(step.tokens()));
        for (int i = 0; i < step.parts().size(); i++) {
            Step.Part part = step.parts().get(i);
            HostState state = (HostState) part.state();
            state.grow(state.position() + part.tokens().length, space);
        }
    }

    @Override
    public final synchronized void step(Step step, float[] logits) {
        check(step, logits);
        prepare(step);
        frame.begin(step, logits);
        for (int group = 0; group < groups.size(); group++) {
            run(frame, group);
        }
        frame.end();
    }

    @Override
    public final synchronized void step(Step step, float[] logits, Tap tap) {
        check(step, logits);
        prepare(step);
        frame.begin(step, logits);
        for (int group = 0; group < groups.size(); group++) {
            long start = System.nanoTime();
            run(frame, group);
            tap.ran(new HostTapContext(program(), frame, groups.get(group), System.nanoTime() - start));
        }
        frame.end();
    }
}
