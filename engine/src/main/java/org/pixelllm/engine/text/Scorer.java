package org.pixelllm.engine.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Steps;

/**
 * Predicts each token of a text from those before it, with the context that a {@link Window} would have there: what a
 * generation gave is scored as it was given.
 */
final class Scorer {

    private final Machine machine;
    private final int[] ids;
    private final List<Prediction> scored = new ArrayList<>();
    private double nats;

    Scorer(Machine machine, int[] ids) {
        this.machine = machine;
        this.ids = ids;
    }

    /** Scores the text. @return the sum of −ln p */
    double run() {
        int context = machine.program().context();
        int keep = machine.program().keptContext();
        Steps steps = new Steps(machine);
        scored.add(new Prediction(ids[0], 0));
        int start = 0;
        try (State state = machine.newState()) {
            while (scored.size() < ids.length) {
                int end = Math.min(ids.length - 1, start + context); // the last token is predicted and not taken in
                int rows = end - scored.size() + 1;
                state.reset();
                steps.run(
                        List.of(new Step.Part(state, Arrays.copyOfRange(ids, start, end), rows)),
                        (number, logits, from) -> add(logits, from));
                start = end + 1 - keep;
            }
        }
        return nats;
    }

    /** Scores the next token by the logits before it. */
    private void add(float[] logits, int from) {
        int next = ids[scored.size()];
        Softmax softmax = Softmax.of(logits, from, machine.program().vocabulary());
        nats -= softmax.log(next);
        scored.add(Prediction.of(next, softmax.probability(next)));
    }

    /** The tokens with their probabilities, after the run. */
    List<Prediction> scored() {
        return scored;
    }
}
