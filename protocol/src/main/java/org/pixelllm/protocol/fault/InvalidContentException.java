package org.pixelllm.protocol.fault;

/** The file is a PNG, but breaks a rule of PNG or of its pixel format. */
public final class InvalidContentException extends PxiException {

    /** A fault of this kind, in its five parts. */
    public InvalidContentException(Fault fault) {
        super(fault);
    }
}
