package org.pixelllm.protocol;

/** The file, or the picture's data in it, ends before its format says it does. */
public final class TruncatedPxiException extends PxiException {

    public TruncatedPxiException(Fault fault) {
        super(fault);
    }
}
