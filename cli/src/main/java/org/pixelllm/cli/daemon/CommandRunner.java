package org.pixelllm.cli.daemon;

import org.pixelllm.cli.terminal.Terminal;

/** Runs a command line, as the program does. */
@FunctionalInterface
public interface CommandRunner {

    /**
     * Runs it.
     *
     * @return the exit code
     */
    int run(Terminal terminal, String... args);
}
