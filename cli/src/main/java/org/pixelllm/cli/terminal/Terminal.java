package org.pixelllm.cli.terminal;

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
 * @param home where the shipped cartridges' folder lies
 */
public record Terminal(
        InputStream in, PrintStream out, PrintStream err, boolean pictures, boolean progress, Path folder, Path home) {

    /** This process's streams. The launcher knows what they are: asking Java would load a whole console library. */
    public static Terminal ofProcess() {
        boolean colours = System.getenv("NO_COLOR") == null;
        return new Terminal(
                System.in,
                System.out,
                System.err,
                Boolean.getBoolean("pixelllm.terminal.out") && colours,
                Boolean.getBoolean("pixelllm.terminal.err"),
                Path.of(""),
                Path.of(System.getProperty("pixelllm.home", "")));
    }

    /** The cartridge that is used where none is named. */
    public Path defaultCartridge() {
        return home.resolve("cartridges").resolve("default.pxi");
    }
}
