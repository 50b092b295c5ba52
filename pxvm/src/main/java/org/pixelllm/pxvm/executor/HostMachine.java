package org.pixelllm.pxvm.executor;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    protected HostMachine(Program program, Weights weights) {
        for (int id : program.withRole(Role.WEIGHT)) {
            requireFit(program.tensor(id), weights.get(id));
        }
        this.program = program;
        this.frame = new Frame(program);
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

    /** Runs every instruction, in order. */
    protected abstract void run(Frame frame);

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
        run(frame);
        frame.end();
    }

    private void check(Step step, float[] logits) {
        List<Step.Part> parts = step.parts();
        require(!parts.isEmpty(), "a step has at least one part");
        require(
                step.tokens() <= Step.MAX_TOKENS,
                "a step has at most %d tokens, not %d",
                Step.MAX_TOKENS,
                step.tokens());
        long wanted = (long) step.rows() * program.vocabulary();
        require(logits.length >= wanted, "the logits take %d values, the array has %d", wanted, logits.length);
        Set<State> seen = new HashSet<>();
        for (Step.Part part : parts) {
            require(
                    part.state() instanceof HostState state && state.owner() == this && !state.isClosed(),
                    "a state belongs to the machine that made it, and is open");
            require(seen.add(part.state()), "a session stands in a step once");
            int count = part.tokens().length;
            require(count > 0, "a part has at least one token");
            require(part.rows() >= 0 && part.rows() <= count, "%d rows of %d tokens", part.rows(), count);
            require(
                    part.state().position() + count <= program.context(),
                    "position %d and %d tokens exceed the context of %d",
                    part.state().position(),
                    count,
                    program.context());
            for (int id : part.tokens()) {
                require(id >= 0 && id < program.vocabulary(), "token %d, vocabulary %d", id, program.vocabulary());
            }
        }
    }

    private static void require(boolean holds, String message, Object... numbers) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(numbers));
        }
    }
}
