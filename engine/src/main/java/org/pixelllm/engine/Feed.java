package org.pixelllm.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.pixelllm.pxvm.executor.Drawn;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Step;

/** Has many sessions take in their tokens together, in steps of bounded size. Each gets what it would get alone. */
final class Feed {

    /** Tokens of one step: bounds the memory of long texts. */
    static final int MAX_TOKENS = 512;

    /** Logits of one step: 16 MiB. */
    static final int MAX_LOGITS = 1 << 22;

    private final Machine machine;
    private final int vocabulary;
    private final int maxRows;
    private float[] logits = {};

    Feed(Machine machine) {
        this.machine = machine;
        this.vocabulary = machine.program().vocabulary();
        this.maxRows = Math.max(1, MAX_LOGITS / vocabulary);
    }

    /** Is given a picture of the logits behind each text, in the order of the texts. */
    @FunctionalInterface
    interface Viewer {

        /** Takes a text's. */
        void accept(int number, Drawn drawn);
    }

    /** Runs a step in which some texts end. */
    @FunctionalInterface
    private interface Runner {

        /**
         * Runs it.
         *
         * @param first the number of the first text that ends in it
         * @param rows how many do
         */
        void run(Step step, int first, int rows);
    }

    /** Is given the logits behind each text, in the order of the texts. */
    @FunctionalInterface
    interface Receiver {

        /**
         * Takes them.
         *
         * @param number of the text
         * @param logits not to be kept // [rows, vocabulary]
         * @param from where this text's begin
         */
        void accept(int number, float[] logits, int from);
    }

    /**
     * Takes in texts.
     *
     * @param sessions each once
     * @param texts for each session its next tokens, which fit
     */
    void accept(List<Session> sessions, List<int[]> texts, Receiver receiver) {
        run(sessions, texts, (step, first, rows) -> {
            if (logits.length < rows * vocabulary) {
                logits = new float[rows * vocabulary];
            }
            machine.step(step, logits);
            for (int row = 0; row < rows; row++) {
                receiver.accept(first + row, logits, row * vocabulary);
            }
        });
    }

    /**
     * Takes in texts, and has what follows them drawn.
     *
     * @param sessions each once
     * @param texts for each session its next tokens, which fit
     * @param tops for each how many tokens its prediction holds // [texts]
     */
    void draw(List<Session> sessions, List<int[]> texts, int[] tops, Viewer viewer) {
        run(sessions, texts, (step, first, rows) -> {
            List<Drawn> drawn = machine.draw(step, Arrays.copyOfRange(tops, first, first + rows));
            for (int row = 0; row < rows; row++) {
                viewer.accept(first + row, drawn.get(row));
            }
        });
    }

    private void run(List<Session> sessions, List<int[]> texts, Runner runner) {
        List<Step.Part> parts = new ArrayList<>();
        int tokens = 0;
        int ended = 0; // texts whose logits have been received
        int whole = 0; // texts of the coming step that end in it
        for (int i = 0; i < texts.size(); i++) {
            int[] text = texts.get(i);
            for (int from = 0; from < text.length; ) {
                int to = Math.min(text.length, from + MAX_TOKENS - tokens);
                boolean ends = to == text.length;
                parts.add(new Step.Part(sessions.get(i).state(), Arrays.copyOfRange(text, from, to), ends ? 1 : 0));
                tokens += to - from;
                whole += ends ? 1 : 0;
                from = to;
                boolean last = ends && i == texts.size() - 1;
                if (tokens == MAX_TOKENS || whole == maxRows || last) {
                    runner.run(new Step(parts), ended, whole);
                    ended += whole;
                    whole = 0;
                    tokens = 0;
                    parts.clear();
                }
            }
        }
    }
}
