package org.pixelllm.protocol.images;

/** The check that both output images make of what a model gave them. */
final class Logits {

    private Logits() {}

    /** Refuses no logits, more than two bytes can number, and any that is not finite. */
    static void require(float[] logits) {
        if (logits.length == 0 || logits.length > TokenImage.MAX_ID + 1) {
            throw new IllegalArgumentException(logits.length + " logits: expected 1 to " + (TokenImage.MAX_ID + 1));
        }
        for (int i = 0; i < logits.length; i++) {
            if (!Float.isFinite(logits[i])) {
                throw new IllegalArgumentException("logit " + i + " is " + logits[i] + ": expected a finite number");
            }
        }
    }
}
