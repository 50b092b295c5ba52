package org.pixelllm.pxvm.executor;

import java.util.Arrays;
import java.util.List;

/**
 * What one run of a program takes in: for each of several sessions, its next tokens.
 *
 * @param parts the sessions; each at most once
 */
public record Step(List<Part> parts) {

    /** The most tokens of one step, over all parts; longer texts are taken in several steps. */
    public static final int MAX_TOKENS = 4096;

    public Step {
        parts = List.copyOf(parts);
    }

    /** A step of one session that asks for the logits after its last token. */
    public static Step of(State state, int[] tokens) {
        return new Step(List.of(new Part(state, tokens, 1)));
    }

    /** Tokens over all parts: T. */
    public int tokens() {
        int sum = 0;
        for (int i = 0; i < parts.size(); i++) { // By number: an iterator would be an object a step.
            sum += parts.get(i).tokens.length;
        }
        return sum;
    }

    /** Rows of logits over all parts: R. */
    public int rows() {
        int sum = 0;
        for (int i = 0; i < parts.size(); i++) {
            sum += parts.get(i).rows;
        }
        return sum;
    }

    /**
     * One session's share of a step.
     *
     * @param state the session's memory
     * @param tokens its next token ids, at least one; not copied
     * @param rows for how many of these, counted from the end, the logits are asked for; 0 for none
     */
    public record Part(State state, int[] tokens, int rows) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Part that
                    && state.equals(that.state)
                    && Arrays.equals(tokens, that.tokens)
                    && rows == that.rows;
        }

        @Override
        public int hashCode() {
            return 31 * state.hashCode() + Arrays.hashCode(tokens);
        }
    }
}
