package org.pixelllm.cli.terminal;

/** Something that cannot be done now, but perhaps in a moment. */
public final class TryAgainException extends RuntimeException {

    public TryAgainException(String message) {
        super(message);
    }
}
