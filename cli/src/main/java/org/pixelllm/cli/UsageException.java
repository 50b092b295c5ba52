package org.pixelllm.cli;

/** Options that do not go together, or a value out of its range. */
final class UsageException extends RuntimeException {

    UsageException(String message) {
        super(message);
    }
}
