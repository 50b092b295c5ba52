package org.pixelllm.cli;

import picocli.CommandLine.Option;

/** What every command takes. */
final class CommonOptions {

    private static boolean verboseSeen;

    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Option(
            names = {"-v", "--verbose"},
            description = "Say what is done and why; show stack traces.")
    void verbose(boolean value) {
        verbose = value;
        verboseSeen = value;
    }

    boolean verbose() {
        return verbose;
    }

    /** Whether the command that failed had asked for stack traces. */
    static boolean isVerbose() {
        return verboseSeen;
    }
}
