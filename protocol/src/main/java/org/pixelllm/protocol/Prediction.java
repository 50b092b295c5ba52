package org.pixelllm.protocol;

/**
 * One predicted token.
 *
 * @param id the token, 0 to 65,535
 * @param confidence 0 to 255: the floor of 255 times its probability among the predictions of its image
 */
public record Prediction(int id, int confidence) {

    public Prediction {
        if (id < 0 || id > TokenImage.MAX_ID || confidence < 0 || confidence > 255) {
            throw new IllegalArgumentException("token " + id + " with confidence " + confidence
                    + ": expected an id of 0 to 65535 and a confidence of 0 to 255");
        }
    }

    /** The probability that the confidence stands for, 0 to 1. */
    public double probability() {
        return confidence / 255.0;
    }
}
