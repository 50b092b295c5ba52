package org.pixelllm.pxvm.executor;

import java.util.List;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/**
 * What machines on the CPU share: the checks before a step, its frame, its states. A subclass runs the instructions,
 * which may rely on every check that the program's validation and {@link #step} make.
 */
public abstract class HostMachine implements Machine {

    private final Program program;
    private final Frame frame;
    private final List<List<Instruction>> groups;
    private long checks; // how many steps were looked at

    /**
     * Checks the weights.
     *
     * @param groups the program's instructions in the order in which {@link #run} takes them, each behind what it
     *     reads; those of one group may run at the same time
     */
    protected HostMachine(Program program, Weights weights, List<List<Instruction>> groups) {
        for (int id : program.withRole(Role.WEIGHT)) {
            requireFit(program.tensor(id), weights.get(id));
        }
        this.program = program;
        this.groups = groups.stream().map(List::copyOf).toList();
        this.frame = new Frame(program, this.groups);
    }

    private static void requireFit(Tensor declared, WeightTensor given) {
        if (declared.type() != given.type()
                || declared.rows() != given.rows()
                || declared.columns() != given.columns()) {
            throw new IllegalArgumentException("weight %s is declared as %s %d x %d, and given as %s %d x %d"
                    .formatted(
                            declared.name(),
                            declared.type().word(),
                            declared.rows(),
                            declared.columns(),
                            given.type().word(),
                            given.rows(),
                            given.columns()));
        }
    }

    /** Runs the instructions of one group, by its place in the order. */
    protected abstract void run(Frame frame, int group);

    @Override
    public final Program program() {
        return program;
    }

    @Override
    public final State newState() {
        return new HostState(this);
    }

    @Override
    public final synchronized void step(Step step, float[] logits) {
        check(step, logits);
        frame.begin(step, logits);
        for (int group = 0; group < groups.size(); group++) {
            run(frame, group);
        }
        frame.end();
    }

    @Override
    public final synchronized void step(Step step, float[] logits, Tap tap) {
        check(step, logits);
        frame.begin(step, logits);
        for (int group = 0; group < groups.size(); group++) {
            long start = System.nanoTime();
            run(frame, group);
            tap.ran(new HostMoment(program, frame, groups.get(group), System.nanoTime() - start));
        }
        frame.end();
    }

    private void check(Step step, float[] logits) {
        List<Step.Part> parts = step.parts();
        if (parts.isEmpty()) {
            throw refused("a step has at least one part");
        }
        if (step.tokens() > Step.MAX_TOKENS) {
            throw refused("a step has at most %d tokens, not %d", Step.MAX_TOKENS, step.tokens());
        }
        long wanted = (long) step.rows() * program.vocabulary();
        if (logits.length < wanted) {
            throw refused("the logits take %d values, the array has %d", wanted, logits.length);
        }
        checks++;
        for (int i = 0; i < parts.size(); i++) {
            check(parts.get(i));
        }
    }

    private void check(Step.Part part) {
        if (!(part.state() instanceof HostState state) || state.owner() != this || state.isClosed()) {
            throw refused("a state belongs to the machine that made it, and is open");
        }
        if (!state.isFirstOf(checks)) {
            throw refused("a session stands in a step once");
        }
        int count = part.tokens().length;
        if (count == 0) {
            throw refused("a part has at least one token");
        }
        if (part.rows() < 0 || part.rows() > count) {
            throw refused("%d rows of %d tokens", part.rows(), count);
        }
        if (state.position() + count > program.context()) {
            throw refused(
                    "position %d and %d tokens exceed the context of %d", state.position(), count, program.context());
        }
        for (int id : part.tokens()) {
            if (id < 0 || id >= program.vocabulary()) {
                throw refused("token %d, vocabulary %d", id, program.vocabulary());
            }
        }
    }

    private static IllegalArgumentException refused(String message, Object... numbers) {
        return new IllegalArgumentException(message.formatted(numbers));
    }
}
