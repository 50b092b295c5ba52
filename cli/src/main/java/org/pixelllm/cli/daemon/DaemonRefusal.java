package org.pixelllm.cli.daemon;

import java.io.IOException;
import org.pixelllm.cli.terminal.ExitCode;

/** What stands on a connection cannot be read on from here: it is answered, and then the connection is closed. */
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

    /** What breaks the agreement of server and client. */
    static DaemonRefusal malformed(String expected, String found) {
        return new DaemonRefusal(
                ExitCode.BAD_DATA,
                "<request>: header: expected " + expected + ", found " + found
                        + ". docs/daemon.md says how daemon and clients speak.");
    }

    ExitCode code() {
        return code;
    }
}
