package org.pixelllm.protocol.images;

import org.pixelllm.protocol.png.Pixels;

/**
 * One token and how sure a model was of it. In pixels the id is in R and G, the confidence in B.
 *
 * @param id the token, 0 to 65,535
 * @param confidence 0 to 255: the floor of 255 times its probability; each image says among which tokens
 */
public record Prediction(int id, int confidence) {

    public Prediction {
        if (id < 0 || id > TokenImage.MAX_ID || confidence < 0 || confidence > 255) {
            throw new IllegalArgumentException("token " + id + " with confidence " + confidence
                    + ": expected an id of 0 to 65535 and a confidence of 0 to 255");
        }
    }

    /**
     * A token of a probability.
     *
     * @param probability 0 to 1
     */
    public static Prediction of(int id, double probability) {
        return new Prediction(id, (int) Math.floor(255 * probability));
    }

    /** The probability that the confidence stands for, 0 to 1. */
    public double probability() {
        return confidence / 255.0;
    }

    static Prediction read(Pixels pixels, int x, int y) {
        return new Prediction(pixels.redGreen(x, y), pixels.blue(x, y));
    }

    void write(Pixels pixels, int x, int y) {
        pixels.setRedGreen(x, y, id, confidence);
    }
}
