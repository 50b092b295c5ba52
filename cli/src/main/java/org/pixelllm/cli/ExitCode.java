package org.pixelllm.cli;

/** Exit codes, after BSD's sysexits. */
final class ExitCode {

    static final int OK = 0;
    static final int USAGE = 2;
    static final int BAD_DATA = 65;
    static final int MISSING_INPUT = 66;
    static final int UNAVAILABLE = 69;
    static final int INTERNAL = 70;
    static final int CANNOT_WRITE = 73;

    /** As a shell tells that Ctrl-C ended a command. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
