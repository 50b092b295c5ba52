package org.pixelllm.cli;

import picocli.CommandLine.Option;

/** What every command takes. */
final class CommonOptions {

    static final String VERBOSE = "--verbose";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-v", VERBOSE},
            description = "Say what is done and why; show stack traces.")
    private boolean verbose;

    boolean verbose() {
        return verbose;
    }
}
