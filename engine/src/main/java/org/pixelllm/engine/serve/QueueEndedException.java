package org.pixelllm.engine.serve;

/** A request was not answered because its queue has ended; the message says why it has. */
public final class QueueEndedException extends RuntimeException {

    QueueEndedException(String why) {
        super(why);
    }
}
