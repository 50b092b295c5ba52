package org.pixelllm.protocol.fault;

/** The file is sound, but does not fit the model it was given to. */
public final class ModelMismatchException extends PxiException {

    /** A fault of this kind, in its five parts. */
    public ModelMismatchException(Fault fault) {
        super(fault);
    }
}
