package org.pixelllm.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Row;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Steps;
import org.pixelllm.pxvm.program.Program;

/**
 * Answers many prompts, several at a time: together they read the weights once, and each gets the very answer that it
 * would get alone. For one thread at a time.
 */
public final class Predictor implements AutoCloseable {

    /** The most prompts at a time. */
    private static final int MAX_SIZE = 64;

    /** What the sessions may take together, if one alone takes less. */
    private static final long STATE_BYTES = 256L << 20;

    /** Positions that a session takes memory for at least. */
    private static final int LEAST_POSITIONS = 64;

    private final PixelLlm model;
    private final Machine machine;
    private final Steps steps;
    private final int size;
    private final List<State> states = new ArrayList<>();

    Predictor(PixelLlm model, Machine machine) {
        this.model = model;
        this.machine = machine;
        this.steps = new Steps(machine);
        this.size = Math.clamp(STATE_BYTES / Math.max(1, bytes(LEAST_POSITIONS)), 1, MAX_SIZE);
    }

    private long bytes(int positions) {
        Program program = machine.program();
        return program.keysValuesBytes(Math.min(program.context(), Math.max(positions, LEAST_POSITIONS)));
    }

    /** How many prompts at a time this model's memory allows. */
    public int size() {
        return size;
    }

    /**
     * Answers prompts with logits, as {@link PixelLlm#predict(TokenImage)} answers each.
     *
     * @param prompts at most {@link #size} of them, their ids below the model's vocabulary
     */
    public List<Answer> predict(List<TokenImage> prompts) {
        return predict(prompts, Row.LOGITS);
    }

    /**
     * Answers prompts, as {@link PixelLlm#predict(TokenImage, int, String)} answers each.
     *
     * @param prompts at most {@link #size} of them, their ids below the model's vocabulary
     * @param top how many tokens each prediction holds, or {@link Row#LOGITS}
     */
    public List<Answer> predict(List<TokenImage> prompts, int top) {
        int[] tops = new int[prompts.size()];
        Arrays.fill(tops, top);
        return predict(prompts, tops);
    }

    /**
     * Answers prompts, as {@link PixelLlm#predict(TokenImage, int, String)} answers each.
     *
     * @param prompts at most {@link #size} of them, their ids below the model's vocabulary
     * @param tops for each how many tokens its prediction holds, or {@link Row#LOGITS} // [prompts]
     */
    public List<Answer> predict(List<TokenImage> prompts, int[] tops) {
        if (tops.length != prompts.size()) {
            throw new IllegalArgumentException(prompts.size() + " prompts, " + tops.length + " sizes of predictions");
        }
        if (prompts.size() > size) {
            throw new IllegalArgumentException("at most " + size + " prompts at a time, not " + prompts.size());
        }
        List<Answer> answers = new ArrayList<>();
        List<Step.Part> parts = new ArrayList<>();
        long bytes = 0;
        for (TokenImage prompt : prompts) {
            int[] used = model.used(prompt);
            if (!parts.isEmpty() && bytes + bytes(used.length) > STATE_BYTES) {
                answer(parts, prompts, tops, answers);
                parts.clear();
                bytes = 0;
            }
            parts.add(new Step.Part(state(parts.size()), used, 1));
            bytes += bytes(used.length);
        }
        if (!parts.isEmpty()) {
            answer(parts, prompts, tops, answers);
        }
        states.forEach(State::reset); // gives back the memory of long ones
        return answers;
    }

    /** Answers the prompts that follow those that have an answer. */
    private void answer(List<Step.Part> parts, List<TokenImage> prompts, int[] tops, List<Answer> answers) {
        int first = answers.size();
        List<Row> rows = steps.rows(parts, Arrays.copyOfRange(tops, first, first + parts.size()));
        for (int i = 0; i < rows.size(); i++) {
            TokenImage prompt = prompts.get(first + i);
            int used = parts.get(i).tokens().length;
            answers.add(new Answer(rows.get(i), prompt.version(), prompt.count(), used, model.faults()));
        }
    }

    /** The memory of that number, which remembers nothing. */
    @SuppressWarnings("MustBeClosedChecker") // Closed with the predictor.
    private State state(int number) {
        if (states.size() == number) {
            states.add(machine.newState());
        }
        states.get(number).reset();
        return states.get(number);
    }

    @Override
    public void close() {
        states.forEach(State::close);
        states.clear();
    }
}
