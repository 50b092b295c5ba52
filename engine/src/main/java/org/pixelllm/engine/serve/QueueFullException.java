package org.pixelllm.engine.serve;

/** A request was refused because too many others wait; it may be sent again. */
public final class QueueFullException extends RuntimeException {

    private final int waiting;

    QueueFullException(int waiting) {
        super(waiting + " requests wait");
        this.waiting = waiting;
    }

    /** How many requests wait. */
    public int waiting() {
        return waiting;
    }
}
