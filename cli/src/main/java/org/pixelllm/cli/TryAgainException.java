package org.pixelllm.cli;

/** It cannot be done now, and may be possible in a moment. */
final class TryAgainException extends RuntimeException {

    TryAgainException(String message) {
        super(message);
    }
}
