package org.pixelllm.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.pixelllm.cli.terminal.Terminal;

/** What a command said, run in this process with the shipped cartridge. */
public record Captured(int code, String out, String err) {

    public static final Path ROOT = Path.of(System.getProperty("pixelllm.root"));

    /** Runs without a terminal. */
    public static Captured run(Path folder, String... args) {
        return run(folder, false, args);
    }

    /**
     * Runs.
     *
     * @param folder the current folder
     * @param pictures whether standard output is a terminal
     */
    public static Captured run(Path folder, boolean pictures, String... args) {
        return run(folder, ROOT, pictures, args);
    }

    /** Runs with the cartridges and the daemon's place of another home. */
    public static Captured at(Path home, Path folder, String... args) {
        return run(folder, home, false, args);
    }

    /** Runs a command with the streams of whoever asks for it. */
    public static int run(Terminal terminal, String... args) {
        return Main.run(terminal, args);
    }

    /** The command line that runs a command in a process of its own, from the classes and not the jar. */
    public static List<String> command(String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dpixelllm.home=" + ROOT,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(args));
        return command;
    }

    private static Captured run(Path folder, Path home, boolean pictures, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                pictures,
                false,
                folder,
                home);
        int code = Main.run(terminal, args);
        return new Captured(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
