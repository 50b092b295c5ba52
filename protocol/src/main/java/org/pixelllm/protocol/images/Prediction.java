package org.pixelllm.protocol.images;

import org.pixelllm.protocol.png.Pixels;

/**
 * One token and how sure a model was of it. In the pixels of version 1 the id is in R and G, the confidence in B; in those
 * of version 2 the id is in R, G and B, and the confidence is a grey of its own.
 *
 * @param id the token, 0 to what an image of version 2 holds; one of version 1 holds less
 * @param confidence 0 to 255: the floor of 255 times its probability; each image says among which tokens
 */
public record Prediction(int id, int confidence) {

    public Prediction {
        if (!PxiVersion.V2.holds(id) || confidence < 0 || confidence > 255) {
            throw new IllegalArgumentException("token " + id + " with confidence " + confidence
                    + ": expected an id of 0 to " + PxiVersion.V2.maxId() + " and a confidence of 0 to 255");
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
