package org.pixelllm.cli.terminal;

/** Options that do not go together, or a value out of its range. */
public final class UsageException extends RuntimeException {

    public UsageException(String message) {
        super(message);
    }
}
