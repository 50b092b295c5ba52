package org.pixelllm.engine;

import java.util.Arrays;
import java.util.List;
import org.pixelllm.pxvm.executor.Drawn;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;

/**
 * One conversation with a model: it remembers the tokens taken in so far. Sessions of one model share its weights; a
 * session itself is for one thread at a time.
 */
public final class Session implements AutoCloseable {

    /** Tokens taken in at once: bounds the memory of a long text. The answer does not depend on it. */
    private static final int CHUNK = 512;

    private static final float[] NONE = {};

    private final Machine machine;
    private final State state;
    private final int[] next = new int[1];
    private final Step.Part part; // takes in `next`
    private final Step step;

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
        float[] logits = new float[machine.program().vocabulary()];
        machine.step(Step.of(state, lastChunk(tokens)), logits);
        return logits;
    }

    /**
     * Takes in tokens, and draws what the model says after them.
     *
     * @param top how many tokens the prediction holds, 1 to the model's vocabulary
     * @param tokens one to {@link #room} ids below the model's vocabulary
     */
    public Drawn draw(int top, int... tokens) {
        return machine.draw(Step.of(state, lastChunk(tokens)), new int[] {top}).getFirst();
    }

    /** Takes in all but the last of a text's chunks, and gives that one. */
    private int[] lastChunk(int[] tokens) {
        if (tokens.length == 0 || tokens.length > room()) {
            throw new IllegalArgumentException("1 to " + room() + " tokens fit, not " + tokens.length);
        }
        int from = 0;
        while (tokens.length - from > CHUNK) {
            int[] chunk = Arrays.copyOfRange(tokens, from, from + CHUNK);
            machine.step(new Step(List.of(new Step.Part(state, chunk, 0))), NONE);
            from += CHUNK;
        }
        return Arrays.copyOfRange(tokens, from, tokens.length);
    }

    /**
     * Takes in one token, and allocates nothing.
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

    /** The session's memory. */
    State state() {
        return state;
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
