package org.pixelllm.cli.terminal;

import com.google.gson.GsonBuilder;

/** JSON on standard output, for scripts. */
public final class Json {

    private Json() {}

    public static void print(Terminal terminal, Object value) {
        terminal.out().println(text(value));
    }

    /** Prints a value in one line. */
    public static void line(Terminal terminal, Object value) {
        terminal.out().println(new GsonBuilder().disableHtmlEscaping().create().toJson(value));
    }

    public static String text(Object value) {
        return new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(value);
    }
}
