package org.pixelllm.pxvm.executor;

/** A session's memory would not fit in the heap that is left. */
public final class StateTooLargeException extends RuntimeException {

    StateTooLargeException(long needed, long left) {
        super(
                "a session of this model keeps %,d bytes, and %,d are left. Give Java more memory (-Xmx) or close sessions."
                        .formatted(needed, left));
    }
}
