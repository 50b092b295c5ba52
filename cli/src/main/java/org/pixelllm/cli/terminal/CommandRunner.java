package org.pixelllm.cli.terminal;

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
