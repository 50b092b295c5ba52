package org.pixelllm.cli.answer;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Predictor;
import org.pixelllm.protocol.fault.ChangedFileException;
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

    /** What is computed for several questions together. */
    public interface Computation<Q, A> {
        List<A> of(List<Q> questions) throws Exception;
    }

    /** Receives what was computed for a question. */
    public interface Computed<Q, A> {
        void accept(Q question, A answer) throws IOException;
    }

    /** Receives what a question has failed with. */
    public interface Failed<Q> {
        void accept(Q question, Throwable e) throws IOException;
    }

    /**
     * Computes for questions together; where that fails, for each by itself, so that the fault of one is not the others'.
     *
     * @param questions at most {@link #size}
     * @param computation calls {@link #predict}
     * @throws ChangedFileException the model's fault, and no question's
     * @throws CancellationException where nobody waits for answers any more
     */
    public <Q, A> void each(List<Q> questions, Computation<Q, A> computation, Computed<Q, A> computed, Failed<Q> failed)
            throws IOException {
        if (questions.isEmpty()) {
            return;
        }
        List<A> answers;
        try {
            answers = computation.of(questions);
        } catch (ChangedFileException | CancellationException e) {
            throw e;
        } catch (Exception | Error e) {
            renew();
            if (questions.size() == 1) {
                requireAlive(e);
                failed.accept(questions.getFirst(), e);
                return;
            }
            for (Q question : questions) {
                each(List.of(question), computation, computed, failed);
            }
            return;
        }
        for (int i = 0; i < answers.size(); i++) {
            computed.accept(questions.get(i), answers.get(i));
        }
    }

    /** Answers at most {@link #size} questions together, within {@link #each}. */
    public List<Answer> predict(List<TokenImage> questions, int top) throws Exception {
        return predictor.predict(questions, top);
    }

    /** Forgets what a failure may have left. */
    @SuppressWarnings("MustBeClosedChecker") // Closed with this.
    private void renew() {
        predictor.close();
        predictor = model.newPredictor();
    }

    /**
     * Tells a question's fault from that of a GPU that answers nothing any more.
     *
     * @param e what a question by itself has failed with
     * @throws GpuException where the smallest question fails so too
     */
    private void requireAlive(Throwable e) {
        if (e instanceof GpuException) {
            predictor.predict(List.of(new TokenImage(new int[] {0})), 1);
        }
    }

    @Override
    public void close() {
        predictor.close();
    }
}
