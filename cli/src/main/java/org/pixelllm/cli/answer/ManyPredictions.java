package org.pixelllm.cli.answer;

import java.util.List;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Predictor;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.webgpu.api.GpuException;

/** Predicts for several questions at a time, and goes on after one of them has failed. */
public final class ManyPredictions implements AutoCloseable {

    private final PixelLlm model;
    private Predictor predictor;

    /** For an open model. */
    @SuppressWarnings("MustBeClosedChecker") // Closed with this.
    public ManyPredictions(PixelLlm model) {
        this.model = model;
        this.predictor = model.newPredictor();
    }

    /** How many at a time. */
    public int size() {
        return predictor.size();
    }

    /** Answers at most {@link #size} questions together; where this throws, {@link #renew} makes it fit for others. */
    public List<Answer> predict(List<TokenImage> questions, int top) throws Exception {
        return predictor.predict(questions, top);
    }

    /** Forgets what a failure may have left. */
    @SuppressWarnings("MustBeClosedChecker") // Closed with this.
    public void renew() {
        predictor.close();
        predictor = model.newPredictor();
    }

    /**
     * Tells a question's fault from that of a GPU that answers nothing any more.
     *
     * @param e what a question by itself has failed with
     * @throws GpuException where the smallest question fails so too
     */
    public void requireAlive(Throwable e) {
        if (e instanceof GpuException) {
            predictor.predict(List.of(new TokenImage(new int[] {0})), 1);
        }
    }

    @Override
    public void close() {
        predictor.close();
    }
}
