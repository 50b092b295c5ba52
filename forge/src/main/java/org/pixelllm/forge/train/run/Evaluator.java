package org.pixelllm.forge.train.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.pixelllm.forge.train.data.Corpus;
import org.pixelllm.forge.train.gradient.CrossEntropy;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Steps;
import org.pixelllm.pxvm.executor.Workers;

/**
 * Measures a model on a text in bits per character: every token is predicted once, from at least half a context where
 * the text allows, from all of it where the context is short. Nothing predicts the first token; it costs what a uniform
 * guess costs.
 */
public final class Evaluator {

    private final Machine machine;
    private final Workers workers;

    public Evaluator(Machine machine, Workers workers) {
        this.machine = machine;
        this.workers = workers;
    }

    /**
     * Measures.
     *
     * @param progress receives how many tokens have been predicted
     * @return bits per Unicode code point of the text
     */
    public double bitsPerCharacter(Corpus text, IntConsumer progress) {
        return nats(text.ids(), progress) / StrictMath.log(2) / text.characters();
    }

    @SuppressWarnings("MustBeClosedChecker") // Closed at the end.
    private double nats(int[] ids, IntConsumer progress) {
        int context = machine.program().context();
        int vocabulary = machine.program().vocabulary();
        int advance = Math.max(1, context - machine.program().keptContext());
        int window = Math.min(context, Step.MAX_TOKENS);
        int sessions = Math.max(1, Math.min(Step.MAX_TOKENS / window, Steps.MAX_LOGITS / vocabulary / advance));
        float[] logits = new float[sessions * advance * vocabulary];
        double nats = StrictMath.log(vocabulary);
        List<State> states = new ArrayList<>();
        try {
            for (int i = 0; i < sessions; i++) {
                states.add(machine.newState());
            }
            int at = 1;
            while (at < ids.length) {
                int first = at;
                List<Step.Part> parts = new ArrayList<>();
                for (int i = 0; i < sessions && at < ids.length; i++) {
                    int end = Math.min(ids.length, at + advance);
                    State state = states.get(i);
                    state.reset();
                    int from = Math.max(0, end - 1 - window);
                    parts.add(new Step.Part(state, Arrays.copyOfRange(ids, from, end - 1), end - at));
                    at = end;
                }
                machine.step(new Step(parts), logits);
                nats += sum(logits, ids, first, at - first);
                progress.accept(at);
            }
        } finally {
            states.forEach(State::close);
        }
        return nats;
    }

    private double sum(float[] logits, int[] ids, int first, int rows) {
        int vocabulary = machine.program().vocabulary();
        double[] each = new double[rows];
        workers.split(rows, (from, to) -> {
            for (int row = from; row < to; row++) {
                each[row] = CrossEntropy.nats(logits, row * vocabulary, vocabulary, ids[first + row]);
            }
        });
        return Arrays.stream(each).sum();
    }
}
