package org.pixelllm.engine;

import org.pixelllm.engine.text.ModelFaultException;
import org.pixelllm.engine.text.ModelFaults;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.images.TopK;
import org.pixelllm.pxvm.executor.Row;
import org.pixelllm.pxvm.program.NotFiniteException;

/**
 * What a model predicts after a text: logits, or only the two images of them where no more was asked for. Images are made when
 * they are asked for.
 *
 * @param row the logits or the images
 * @param version of the question, in which it is answered
 * @param tokensGiven tokens of the text
 * @param tokensUsed of these, the last ones that fit in the model's context
 * @param faults says what is wrong with a model whose logits are no numbers
 */
public record Answer(Row row, PxiVersion version, int tokensGiven, int tokensUsed, ModelFaults faults) {

    /**
     * One value for each token id; the array is the caller's. // [vocabulary]
     *
     * @throws IllegalStateException where only images were asked for
     */
    public float[] logits() {
        return row.logits();
    }

    /**
     * The k likeliest tokens, as the protocol's image of the question's version.
     *
     * @param k 1 to the vocabulary; where only images were asked for, the number that was asked for
     * @throws IllegalStateException where another number was asked for
     * @throws ModelFaultException where a logit is NaN or infinite
     * @throws ModelMismatchException where the question's version does not hold one of these tokens
     */
    public PredictionImage prediction(int k) throws ModelMismatchException {
        return prediction(k, "<tokens>");
    }

    /**
     * The same, with a name for messages.
     *
     * @param file where the question came from
     */
    public PredictionImage prediction(int k, String file) throws ModelMismatchException {
        PredictionImage prediction = faults.check(() -> row.prediction(k));
        int beyond = prediction.beyond(version);
        if (beyond >= 0) {
            throw new ModelMismatchException(new Fault(
                    file,
                    "pixel 0",
                    "version " + prediction.version().number() + " in blue, since token id " + beyond + " is among the "
                            + k + " likeliest",
                    "version " + version.number() + ", whose highest id is " + version.maxId(),
                    TokenImage.ASK_WIDE));
        }
        return prediction.in(version);
    }

    /**
     * All logits, as the protocol's image.
     *
     * @throws ModelFaultException where a logit is NaN or infinite
     */
    public LogitsHeatmap heatmap() {
        return faults.check(row::heatmap);
    }

    /**
     * What each of the k likeliest tokens has of their probabilities together, highest first, to the last bit: the image has
     * steps of 1/255. They add up to 1. // [k]
     *
     * @param k 1 to the vocabulary
     * @throws IllegalStateException where only images were asked for
     * @throws ModelFaultException where a logit is NaN or infinite
     */
    public double[] shares(int k) {
        float[] logits = logits();
        faults.check(() -> {
            NotFiniteException.requireLogits(logits, 0, logits.length);
            return logits;
        });
        int[] ids = TopK.of(logits, k);
        double[] shares = new double[k];
        double sum = 0;
        for (int i = 0; i < k; i++) {
            shares[i] = StrictMath.exp((double) logits[ids[i]] - logits[ids[0]]);
            sum += shares[i];
        }
        for (int i = 0; i < k; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    /** Whether the text was longer than the model's context. */
    public boolean isShortened() {
        return tokensUsed < tokensGiven;
    }
}
