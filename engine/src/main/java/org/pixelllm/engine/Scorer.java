package org.pixelllm.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Step;

/**
 * Predicts each token of a text from those before it, with the context that a {@link Window} would have there: what a
 * generation said is scored as it was said.
 */
final class Scorer {

    private final Machine machine;
    private final Session session;
    private final int[] ids;
    private final List<Prediction> scored = new ArrayList<>();
    private double nats;
    private float[] logits = {};

    Scorer(Machine machine, Session session, int[] ids) {
        this.machine = machine;
        this.session = session;
        this.ids = ids;
    }

    /** Scores the text. @return the sum of −ln p */
    double run() {
        int context = machine.program().context();
        int keep = Window.keep(context);
        scored.add(new Prediction(ids[0], 0));
        int start = 0;
        while (scored.size() < ids.length) {
            int end = Math.min(ids.length - 1, start + context); // the last token is predicted and not taken in
            session.reset();
            accept(start, scored.size() - 1, false);
            accept(scored.size() - 1, end, true);
            start = end + 1 - keep;
        }
        return nats;
    }

    private void accept(int from, int to, boolean score) {
        int vocabulary = machine.program().vocabulary();
        int most = score ? Math.clamp(Feed.MAX_LOGITS / vocabulary, 1, Feed.MAX_TOKENS) : Feed.MAX_TOKENS;
        for (int at = from; at < to; at += most) {
            int[] tokens = Arrays.copyOfRange(ids, at, Math.min(to, at + most));
            int rows = score ? tokens.length : 0;
            if (logits.length < rows * vocabulary) {
                logits = new float[rows * vocabulary];
            }
            machine.step(new Step(List.of(new Step.Part(session.state(), tokens, rows))), logits);
            for (int row = 0; row < rows; row++) {
                int next = ids[at + row + 1];
                Softmax softmax = Softmax.of(logits, row * vocabulary, vocabulary);
                nats -= softmax.log(next);
                scored.add(Prediction.of(next, softmax.probability(next)));
            }
        }
    }

    /** The tokens with their probabilities, after the run. */
    List<Prediction> scored() {
        return scored;
    }
}
