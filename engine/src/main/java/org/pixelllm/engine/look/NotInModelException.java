package org.pixelllm.engine.look;

/** A model does not have what a look asks for: a layer, a head, or a program of a shape that it can be found in. */
public final class NotInModelException extends Exception {

    NotInModelException(String message) {
        super(message);
    }
}
