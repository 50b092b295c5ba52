package org.pixelllm.engine;

import java.util.List;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Step;

/**
 * Sessions that take in one token each at the same time. Each gets the very logits that it would get alone; together they
 * read the weights once. For one thread at a time, as its sessions are.
 */
public final class Batch {

    private final Machine machine;
    private final List<Session> sessions;
    private final Step step;

    Batch(Machine machine, List<Session> sessions) {
        this.machine = machine;
        this.sessions = List.copyOf(sessions);
        if (sessions.isEmpty() || sessions.size() > Step.MAX_TOKENS) {
            throw new IllegalArgumentException(
                    "a batch is 1 to %d sessions, not %d".formatted(Step.MAX_TOKENS, sessions.size()));
        }
        if (sessions.stream().distinct().count() < sessions.size()) {
            throw new IllegalArgumentException("a session occurs in a batch once");
        }
        if (!sessions.stream().allMatch(session -> session.isOf(machine))) {
            throw new IllegalArgumentException("a batch is of sessions of one model");
        }
        this.step =
                new Step(this.sessions.stream().map(session -> session.part(0)).toList());
    }

    /** How many sessions. */
    public int size() {
        return sessions.size();
    }

    /**
     * Takes in one token in each session, and allocates nothing.
     *
     * @param tokens ids below the model's vocabulary, one for each session; all have room
     * @param logits receives the logits after them // [sessions, vocabulary]
     */
    public void accept(int[] tokens, float[] logits) {
        if (tokens.length != sessions.size()) {
            throw new IllegalArgumentException(sessions.size() + " sessions, " + tokens.length + " tokens");
        }
        for (int i = 0; i < tokens.length; i++) {
            sessions.get(i).part(tokens[i]);
        }
        machine.step(step, logits);
    }
}
