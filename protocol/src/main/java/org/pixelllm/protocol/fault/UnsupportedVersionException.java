package org.pixelllm.protocol.fault;

/** The file states a version that this software does not know. */
public final class UnsupportedVersionException extends PxiException {

    /** A fault of this kind, in its five parts. */
    public UnsupportedVersionException(Fault fault) {
        super(fault);
    }
}
