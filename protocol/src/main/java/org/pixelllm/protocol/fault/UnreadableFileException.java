package org.pixelllm.protocol.fault;

/** The file cannot be read at all: it is missing, a directory, a loop of links, a pipe, or not permitted. */
public final class UnreadableFileException extends PxiException {

    /** A fault of this kind, in its five parts. */
    public UnreadableFileException(Fault fault) {
        super(fault);
    }
}
