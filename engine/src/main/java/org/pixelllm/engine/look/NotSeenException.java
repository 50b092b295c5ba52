package org.pixelllm.engine.look;

/** What is asked for is not to be seen in this model: a layer or head that it has not, or a program of another shape. */
public final class NotSeenException extends Exception {

    NotSeenException(String message) {
        super(message);
    }
}
