package org.pixelllm.cli.terminal;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Where the command reads and writes.
 *
 * @param in standard input
 * @param out standard output; what is printed on it is {@link org.pixelllm.protocol.fault.Shown}
 * @param err standard error, likewise
 * @param pictures whether standard output is a terminal that can show small pictures
 * @param progress whether standard error is a terminal that can show a progress line
 * @param folder the current folder
 * @param home the folder that has the shipped cartridges in {@code cartridges}
 * @param screen what the terminal can show
 * @param caller the process whose command this is
 */
public record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean pictures,
        boolean progress,
        Path folder,
        Path home,
        Screen screen,
        Caller caller) {

    public Terminal {
        out = shown(out);
        err = shown(err);
    }

    /** Without a screen to fit. */
    public Terminal(
            InputStream in,
            PrintStream out,
            PrintStream err,
            boolean pictures,
            boolean progress,
            Path folder,
            Path home) {
        this(in, out, err, pictures, progress, folder, home, Screen.NONE, Caller.PROCESS);
    }

    private static ShownStream shown(PrintStream stream) {
        return stream instanceof ShownStream its ? its : new ShownStream(stream, stream.charset());
    }

    /** This process's streams. */
    public static Terminal ofProcess() {
        boolean out = ProcessCaller.isTerminal(ProcessCaller.OUT);
        boolean err = ProcessCaller.isTerminal(ProcessCaller.ERR);
        Screen screen =
                out || err || System.getenv("COLUMNS") != null ? new Screen(System.getenv(), out || err) : Screen.NONE;
        return new Terminal(
                System.in,
                new ShownStream(new StandardOutput(), System.out.charset()),
                System.err,
                out && screen.colours() != Screen.Colours.NONE,
                err && !screen.isDumb(),
                Path.of(""),
                Path.of(System.getProperty("pixelllm.home", "")),
                screen,
                Caller.PROCESS);
    }

    /** Prints the text of a model: exactly, unless a terminal would read it. */
    public void answer(String text) {
        if (pictures || caller.shows()) {
            out.print(text);
        } else {
            raw(out, text);
        }
        out.flush();
    }

    /** Prints a picture, or moves the cursor. */
    public void draw(String orders) {
        raw(out, orders);
        out.flush();
    }

    /** The same on standard error. */
    void drawProgress(String orders) {
        raw(err, orders);
        err.flush();
    }

    private static void raw(PrintStream stream, String text) {
        if (stream instanceof ShownStream its) {
            its.raw(text);
        }
    }

    /** Whether anything was printed on standard output. */
    boolean hasSpoken() {
        return out instanceof ShownStream its && its.isUsed();
    }

    /**
     * Makes sure that what was printed on standard output has arrived.
     *
     * @throws OutputException where it has not
     */
    public void settle() {
        if (out.checkError()) {
            throw new OutputException(new IOException("it is full or closed"));
        }
        caller.settle();
    }

    /** The cartridge used by default. */
    public Path defaultCartridge() {
        return home.resolve("cartridges").resolve("default.pxi");
    }
}
