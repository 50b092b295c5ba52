package org.pixelllm.pxvm.executor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs texts of any length on a machine, in steps of bounded size. Results do not depend on how texts are cut. For one
 * thread at a time.
 */
public final class Steps {

    /** Tokens of one step: bounds the memory of long texts. */
    public static final int MAX_TOKENS = 512;

    /** Logits of one step: 16 MiB. A vocabulary larger than that is asked for row by row. */
    public static final int MAX_LOGITS = 1 << 22;

    private final Machine machine;
    private float[] logits = {}; // [rows, vocabulary] of the largest step so far

    /** For a machine that stays open meanwhile. */
    public Steps(Machine machine) {
        this.machine = machine;
    }

    /** Receives the rows of logits that were asked for, in the order of the parts. */
    @FunctionalInterface
    public interface Receiver {
        /**
         * Takes one.
         *
         * @param number of the row, from 0
         * @param logits not to be kept // [rows, vocabulary]
         * @param from where this row begins
         */
        void accept(int number, float[] logits, int from);
    }

    /**
     * Cuts parts into steps: each has at most {@link #MAX_TOKENS} tokens and, for vocabularies up to that, {@link
     * #MAX_LOGITS} logits.
     *
     * @param parts of any length, each session once
     * @param vocabulary of the program
     */
    public static List<Step> of(List<Step.Part> parts, int vocabulary) {
        int maxRows = Math.max(1, MAX_LOGITS / vocabulary);
        List<Step> steps = new ArrayList<>();
        List<Step.Part> step = new ArrayList<>();
        int tokens = 0;
        int rows = 0;
        for (Step.Part part : parts) {
            int length = part.tokens().length;
            for (int from = 0; from < length; ) {
                int silent = Math.max(0, length - part.rows() - from); // tokens before the first that has a row
                int taken = Math.min(Math.min(length - from, MAX_TOKENS - tokens), silent + maxRows - rows);
                int taking = Math.max(0, taken - silent);
                step.add(new Step.Part(part.state(), Arrays.copyOfRange(part.tokens(), from, from + taken), taking));
                from += taken;
                tokens += taken;
                rows += taking;
                if (tokens == MAX_TOKENS || rows == maxRows) {
                    steps.add(new Step(step));
                    step.clear();
                    tokens = 0;
                    rows = 0;
                }
            }
        }
        if (!step.isEmpty()) {
            steps.add(new Step(step));
        }
        return steps;
    }

    /** Runs parts of any length, each session once, and passes the rows of logits on as they are computed. */
    public void run(List<Step.Part> parts, Receiver receiver) {
        int vocabulary = machine.program().vocabulary();
        int number = 0;
        for (Step step : of(parts, vocabulary)) {
            int rows = step.rows();
            if (logits.length < rows * vocabulary) {
                logits = new float[rows * vocabulary];
            }
            machine.step(step, logits);
            for (int row = 0; row < rows; row++) {
                receiver.accept(number++, logits, row * vocabulary);
            }
        }
    }

    /**
     * Runs parts of any length, each session once, and keeps their rows.
     *
     * @param tops for each row how many tokens its prediction holds, or {@link Row#LOGITS} // [rows]
     */
    public List<Row> rows(List<Step.Part> parts, int[] tops) {
        List<Row> all = new ArrayList<>(tops.length);
        for (Step step : of(parts, machine.program().vocabulary())) {
            all.addAll(machine.rows(step, Arrays.copyOfRange(tops, all.size(), all.size() + step.rows())));
        }
        return all;
    }
}
