package org.pixelllm.cli.daemon;

import java.io.IOException;
import org.pixelllm.cli.terminal.ExitCode;

/** A message cannot be read to its end: an error is answered, and the connection is closed. */
final class DaemonRefusal extends IOException {

    private final ExitCode code;

    /**
     * Refuses.
     *
     * @param code the exit code that is answered
     */
    DaemonRefusal(ExitCode code, String message) {
        super(message);
        this.code = code;
    }

    /** A message that breaks the rules of docs/daemon.md. */
    static DaemonRefusal malformed(String expected, String found) {
        return new DaemonRefusal(
                ExitCode.BAD_DATA,
                "<request>: header: expected " + expected + ", found " + found
                        + ". docs/daemon.md describes these messages.");
    }

    ExitCode code() {
        return code;
    }
}
