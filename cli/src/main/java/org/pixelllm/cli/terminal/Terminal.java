package org.pixelllm.cli.terminal;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Where the command reads and writes.
 *
 * @param in standard input
 * @param out standard output; what is printed on it is {@link Shown}
 * @param err standard error, likewise
 * @param pictures whether standard output is a terminal that can show small pictures
 * @param progress whether standard error is a terminal that can show a progress line
 * @param folder the current folder
 * @param home the folder that has the shipped cartridges in {@code cartridges}
 * @param screen what the terminal can show
 */
public record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean pictures,
        boolean progress,
        Path folder,
        Path home,
        Screen screen) {

    private static final String LOOK = "look";
    private static final String IN = "pixelllm.terminal.in";
    private static final String OUT = "pixelllm.terminal.out";
    private static final String ERR = "pixelllm.terminal.err";

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
        this(in, out, err, pictures, progress, folder, home, Screen.NONE);
    }

    private static ShownStream shown(PrintStream stream) {
        return stream instanceof ShownStream its ? its : new ShownStream(stream, stream.charset());
    }

    /** This process's streams. A launcher that knows what they are says so: asking Java would load a console library. */
    public static Terminal ofProcess() {
        boolean out = isTerminal(OUT);
        boolean err = isTerminal(ERR);
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
                screen);
    }

    /** Whether this process's standard input is a terminal, where somebody would have to type. */
    public static boolean asks() {
        return isTerminal(IN);
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

    /** Prints the text of a model: exactly, unless a terminal would read it. */
    public void answer(String text) {
        if (pictures || isTerminal(OUT)) {
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

    /** The cartridge used by default. */
    public Path defaultCartridge() {
        return home.resolve("cartridges").resolve("default.pxi");
    }
}
