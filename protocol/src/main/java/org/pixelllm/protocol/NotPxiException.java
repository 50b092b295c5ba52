package org.pixelllm.protocol;

/** The bytes are not a PNG; the message says what they look like. */
public final class NotPxiException extends PxiException {

    public NotPxiException(Fault fault) {
        super(fault);
    }
}
