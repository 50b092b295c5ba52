package org.pixelllm.engine;

import java.util.List;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Steps;

/**
 * One conversation with a model: it remembers the tokens taken in so far. Sessions of one model share its weights; a
 * session itself is for one thread at a time.
 */
public final class Session implements AutoCloseable {

    private final Machine machine;
    private final State state;
    private final int[] next = new int[1];
    private final Step.Part part; // takes in `next`
    private final Step step;

    @SuppressWarnings("MustBeClosedChecker") // It closes its state.
    Session(Machine machine) {
        this.machine = machine;
        this.state = machine.newState();
        this.part = new Step.Part(state, next, 1);
        this.step = new Step(List.of(part));
    }

    /** Tokens taken in so far. */
    public int position() {
        return state.position();
    }

    /** Tokens that can still be taken in. */
    public int room() {
        return machine.program().context() - state.position();
    }

    /**
     * Takes in tokens.
     *
     * @param tokens one to {@link #room} ids below the model's vocabulary
     * @return the logits after the last one // [vocabulary]
     */
    public float[] accept(int... tokens) {
        if (tokens.length == 0 || tokens.length > room()) {
            throw new IllegalArgumentException("1 to " + room() + " tokens fit, not " + tokens.length);
        }
        int vocabulary = machine.program().vocabulary();
        float[] logits = new float[vocabulary];
        for (Step each : Steps.of(List.of(new Step.Part(state, tokens, 1)), vocabulary)) {
            machine.step(each, logits);
        }
        return logits;
    }

    /**
     * Takes in one token, and allocates nothing but, a hundred times a second at most, to look at the cartridge's file.
     *
     * @param token an id below the model's vocabulary; there is {@link #room} for it
     * @param logits receives the logits after it // [vocabulary]
     */
    public void accept(int token, float[] logits) {
        next[0] = token;
        machine.step(step, logits);
    }

    /** This session's share of a step that takes in this token. The share is the same object each time. */
    Step.Part part(int token) {
        next[0] = token;
        return part;
    }

    boolean isOf(Machine other) {
        return machine == other;
    }

    /** Forgets everything. */
    public void reset() {
        state.reset();
    }

    @Override
    public void close() {
        state.close();
    }
}
