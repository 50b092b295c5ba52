package org.pixelllm.cli;

import com.google.gson.GsonBuilder;

/** JSON on standard output, for scripts. */
final class Json {

    private Json() {}

    static void print(Terminal terminal, Object value) {
        terminal.out().println(text(value));
    }

    static String text(Object value) {
        return new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(value);
    }
}
