package org.pixelllm.protocol.fault;

/** The file, or the picture's data in it, ends before its format says it does. */
public final class TruncatedPxiException extends PxiException {

    /** A fault of this kind, in its five parts. */
    public TruncatedPxiException(Fault fault) {
        super(fault);
    }
}
