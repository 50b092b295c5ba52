package org.pixelllm.pxvm.executor;

/** A session's memory would not fit where it would have to lie. */
public final class StateTooLargeException extends RuntimeException {

    /**
     * Says so.
     *
     * @param message with the numbers and what to do
     */
    public StateTooLargeException(String message) {
        super(message);
    }

    StateTooLargeException(long needed, long left) {
        super(
                "a session of this model keeps %,d bytes, and %,d are left. Give Java more memory (-Xmx) or close sessions."
                        .formatted(needed, left));
    }
}
