package org.pixelllm.pxvm.executor;

/** There is no room for a session's memory. */
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
