package org.pixelllm.cli.terminal;

/** Options that exclude each other, or a value out of its range. */
public final class UsageException extends RuntimeException {

    public UsageException(String message) {
        super(message);
    }
}
