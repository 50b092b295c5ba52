package org.pixelllm.cli.terminal;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Objects;

/** Prints text that cannot steer a terminal; {@link #raw} is for what may. */
final class ShownStream extends PrintStream {

    private boolean used;

    ShownStream(OutputStream out, Charset charset) {
        super(out, true, charset);
    }

    /** Whether anything was printed. */
    boolean isUsed() {
        return used;
    }

    /** Prints as it is. */
    void raw(String text) {
        used = true;
        super.print(text);
    }

    @Override
    public void print(String text) {
        raw(Shown.text(String.valueOf(text)));
    }

    @Override
    public void print(Object value) {
        raw(shown(value));
    }

    @Override
    public void println(String line) {
        raw(Shown.text(String.valueOf(line)) + System.lineSeparator());
    }

    @Override
    public void println(Object value) {
        raw(shown(value) + System.lineSeparator());
    }

    /** A file's name is one line, whatever is in it. */
    private static String shown(Object value) {
        String words = Objects.toString(value);
        return value instanceof Path ? Shown.line(words) : Shown.text(words);
    }
}
