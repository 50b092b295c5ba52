package org.pixelllm.pxvm.executor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.pixelllm.protocol.png.HeapSpace;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/**
 * What all machines share: the checks of weights and steps. A subclass may rely on every check that the program's
 * validation and {@link #check} make.
 */
public abstract class CheckedMachine implements Machine {

    private final Program program;
    private long checks; // how many steps were looked at

    /**
     * Checks the weights.
     *
     * @throws IllegalArgumentException where a weight's shape or type is not the program's
     */
    protected CheckedMachine(Program program, Weights weights) {
        for (int id : program.withRole(Role.WEIGHT)) {
            requireFit(program.tensor(id), weights.get(id));
        }
        this.program = program;
    }

    private static void requireFit(Tensor declared, WeightTensor given) {
        if (declared.type() != given.type()
                || declared.rows() != given.rows()
                || declared.columns() != given.columns()
                || declared.groups().lines() != given.lines()) {
            throw new IllegalArgumentException(
                    "weight %s is declared as %s %d x %d, and given as %s %d x %d in groups of %d rows"
                            .formatted(
                                    declared.name(),
                                    declared.type().word(),
                                    declared.rows(),
                                    declared.columns(),
                                    given.type().word(),
                                    given.rows(),
                                    given.columns(),
                                    given.lines()));
        }
    }

    @Override
    public final Program program() {
        return program;
    }

    @Override
    public List<Row> rows(Step step, int[] tops) {
        check(step, tops);
        int vocabulary = program.vocabulary();
        long needed = (long) tops.length * vocabulary;
        if (needed > Integer.MAX_VALUE - 8 || !HeapSpace.holds(Float.BYTES * needed)) {
            throw new StateTooLargeException(
                    "%,d rows of %,d logits do not fit in the %,d bytes of memory that are left. %s"
                            .formatted(tops.length, vocabulary, HeapSpace.left(), HeapSpace.REMEDY));
        }
        float[] logits = new float[(int) needed];
        step(step, logits);
        List<Row> rows = new ArrayList<>(tops.length);
        for (int row = 0; row < tops.length; row++) {
            rows.add(Row.of(Arrays.copyOfRange(logits, row * vocabulary, (row + 1) * vocabulary), tops[row]));
        }
        return rows;
    }

    /**
     * Checks a step whose rows are asked for as logits or as images.
     *
     * @throws IllegalArgumentException where it does not fit the program, or the predictions' sizes not the step
     */
    protected final void check(Step step, int[] tops) {
        check(step);
        if (tops.length != step.rows()) {
            throw refused("%d rows, and %d sizes of predictions", step.rows(), tops.length);
        }
        for (int top : tops) {
            if (top != Row.LOGITS && (top < 1 || top > program.vocabulary())) {
                throw refused("top %d of a vocabulary of %d", top, program.vocabulary());
            }
        }
    }

    /**
     * Checks a step before it runs.
     *
     * @throws IllegalArgumentException where it does not fit the program
     */
    protected final void check(Step step, float[] logits) {
        check(step);
        long wanted = (long) step.rows() * program.vocabulary();
        if (logits.length < wanted) {
            throw refused("the logits take %d values, the array has %d", wanted, logits.length);
        }
    }

    /** The same, for a step that gives no logits. */
    protected final void check(Step step) {
        List<Step.Part> parts = step.parts();
        if (parts.isEmpty()) {
            throw refused("a step has at least one part");
        }
        if (step.tokens() > Step.MAX_TOKENS) {
            throw refused("a step has at most %d tokens, not %d", Step.MAX_TOKENS, step.tokens());
        }
        checks++;
        for (int i = 0; i < parts.size(); i++) {
            check(parts.get(i));
        }
    }

    private void check(Step.Part part) {
        if (!(part.state() instanceof CheckedState state) || state.owner() != this || state.isClosed()) {
            throw refused("a state belongs to the machine that made it, and is open");
        }
        if (!state.isFirstOf(checks)) {
            throw refused("a session can be in a step only once");
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
