package org.pixelllm.protocol.fault;

/** The bytes are not a PNG; the message says what they look like. */
public final class NotPxiException extends PxiException {

    /** A fault of this kind, in its five parts. */
    public NotPxiException(Fault fault) {
        super(fault);
    }
}
