package org.pixelllm.protocol.images;

/** The check that both output images make of what a model gave them. */
final class Logits {

    private Logits() {}

    /** Refuses no logits, more than a model may have ids, and any that is not finite. */
    static void require(float[] logits) {
        if (logits.length == 0 || logits.length > PxiVersion.MAX_VOCABULARY) {
            throw new IllegalArgumentException(logits.length + " logits: expected 1 to " + PxiVersion.MAX_VOCABULARY);
        }
        for (int i = 0; i < logits.length; i++) {
            if (!Float.isFinite(logits[i])) {
                throw new IllegalArgumentException("logit " + i + " is " + logits[i] + ": expected a finite number");
            }
        }
    }
}
