package org.pixelllm.cli.terminal;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Where the command reads and writes.
 *
 * @param in standard input
 * @param out standard output
 * @param err standard error
 * @param pictures whether standard output is a terminal that can show small pictures
 * @param progress whether standard error is a terminal that can show a progress line
 * @param folder the current folder
 * @param home the folder that has the shipped cartridges in {@code cartridges}
 */
public record Terminal(
        InputStream in, PrintStream out, PrintStream err, boolean pictures, boolean progress, Path folder, Path home) {

    private static final String LOOK = "look";

    /** This process's streams. A launcher that knows what they are says so: asking Java would load a console library. */
    public static Terminal ofProcess() {
        boolean colours = System.getenv("NO_COLOR") == null;
        return new Terminal(
                System.in,
                System.out,
                System.err,
                isTerminal("pixelllm.terminal.out") && colours,
                isTerminal("pixelllm.terminal.err"),
                Path.of(""),
                Path.of(System.getProperty("pixelllm.home", "")));
    }

    @SuppressWarnings("SystemConsoleNull") // JDK 25 returns null again where there is no terminal.
    private static boolean isTerminal(String property) {
        String said = System.getProperty(property, "");
        if (said.equals(LOOK)) {
            Console console = System.console();
            return console != null && console.isTerminal();
        }
        return Boolean.parseBoolean(said);
    }

    /** The cartridge used by default. */
    public Path defaultCartridge() {
        return home.resolve("cartridges").resolve("default.pxi");
    }
}
