package org.pixelllm.cli;

/** Exit codes, after BSD's sysexits. */
final class ExitCode {

    static final int OK = 0;

    /** An implementation that was tested breaks a rule. */
    static final int DOES_NOT_CONFORM = 1;

    static final int USAGE = 2;

    /** What was asked about is not running, as the Linux Standard Base has it for services. */
    static final int NOT_RUNNING = 3;

    static final int BAD_DATA = 65;
    static final int MISSING_INPUT = 66;
    static final int UNAVAILABLE = 69;
    static final int INTERNAL = 70;
    static final int CANNOT_WRITE = 73;
    static final int TRY_AGAIN = 75;

    /** As a shell tells that Ctrl-C ended a command. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
