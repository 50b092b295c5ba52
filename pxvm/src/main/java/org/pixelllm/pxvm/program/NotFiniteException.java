package org.pixelllm.pxvm.program;

/** A program computed NaN or an infinity. */
public final class NotFiniteException extends IllegalArgumentException {

    /** With what it is: a clause that names the value. */
    public NotFiniteException(String message) {
        super(message);
    }

    /**
     * Checks a row of logits.
     *
     * @param logits rows of logits // [rows, vocabulary]
     * @param from where the row begins
     * @throws NotFiniteException where one is NaN or infinite
     */
    public static void requireLogits(float[] logits, int from, int vocabulary) {
        for (int id = 0; id < vocabulary; id++) {
            float logit = logits[from + id];
            if (!Float.isFinite(logit)) {
                throw new NotFiniteException("logit " + id + " is " + logit + ": expected a finite number");
            }
        }
    }
}
