package org.pixelllm.cli.terminal;

/** It cannot be done now, and may be possible in a moment. */
public final class TryAgainException extends RuntimeException {

    public TryAgainException(String message) {
        super(message);
    }
}
