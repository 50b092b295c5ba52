package org.pixelllm.cli.terminal;

/** Exit codes, after BSD's sysexits. */
public final class ExitCode {

    public static final int OK = 0;

    /** An implementation that was tested breaks a rule. */
    public static final int DOES_NOT_CONFORM = 1;

    public static final int USAGE = 2;

    /** What was asked about is not running, as the Linux Standard Base has it for services. */
    public static final int NOT_RUNNING = 3;

    public static final int BAD_DATA = 65;
    public static final int MISSING_INPUT = 66;
    public static final int UNAVAILABLE = 69;
    public static final int INTERNAL = 70;
    public static final int CANNOT_WRITE = 73;
    public static final int TRY_AGAIN = 75;

    /** As a shell tells that Ctrl-C ended a command. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
