package org.pixelllm.protocol;

/** The file is a PNG, but breaks a rule of PNG or of its pixel format. */
public final class InvalidContentException extends PxiException {

    public InvalidContentException(Fault fault) {
        super(fault);
    }
}
