package org.pixelllm.cli.client;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A command line, and what a daemon must know of its process to do the same.
 *
 * @param folder the current one
 * @param home the checkout
 * @param encoding of file names
 * @param umask what new files' permissions lack
 * @param terminals whether standard input, output and error are terminals // [3]
 * @param arguments of the command line
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CommandLine(
        String folder, String home, String encoding, String umask, boolean[] terminals, String... arguments) {

    /** The environment's variables that a command heeds. */
    static final String[] VARIABLES = {"COLUMNS", "TERM", "COLORTERM", "NO_COLOR", "WT_SESSION"};

    /** What Java puts in the place of bytes that are no characters. */
    private static final char UNKNOWN = '\uFFFD';

    private static final String UTF_8 = "UTF-8";

    /** That of this process. */
    static CommandLine ofProcess(String... arguments) {
        return new CommandLine(
                System.getProperty("user.dir"),
                System.getProperty("pixelllm.home"),
                System.getProperty("sun.jnu.encoding"),
                System.getProperty("pixelllm.umask", ""),
                new boolean[] {terminal("in"), terminal("out"), terminal("err")},
                arguments);
    }

    private static boolean terminal(String name) {
        return Boolean.getBoolean("pixelllm.terminal.".concat(name));
    }

    /** Whether Java knows all of it as the caller gave it. */
    boolean isExact() {
        boolean exact = encoding.equals(UTF_8) && isKnown(folder) && isKnown(home);
        for (String each : arguments) {
            exact &= isKnown(each);
        }
        return exact;
    }

    private static boolean isKnown(String text) {
        return text.indexOf(UNKNOWN) < 0;
    }

    /** The request, as docs/daemon.md has it. No words joined by +: the first such of a fresh JVM costs milliseconds. */
    byte[] request() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        put(body, folder);
        put(body, home);
        put(body, encoding);
        List<String> variables = new ArrayList<>();
        for (String name : VARIABLES) {
            String value = System.getenv(name);
            if (value != null) {
                variables.add(name.concat("=").concat(value));
            }
        }
        for (String each : variables) {
            put(body, each);
        }
        for (String each : arguments) {
            put(body, each);
        }
        StringBuilder header = new StringBuilder("pixel-llm/1 run");
        add(header, "arguments", arguments.length);
        add(header, "variables", variables.size());
        add(header, "stdin", terminals[0] ? 1 : 0);
        add(header, "stdout", terminals[1] ? 1 : 0);
        add(header, "stderr", terminals[2] ? 1 : 0);
        if (!umask.isEmpty()) {
            add(header, "umask", Integer.decode(umask));
        }
        add(header, "length", body.size());
        byte[] line = header.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream all = new ByteArrayOutputStream(line.length + body.size());
        all.writeBytes(line);
        all.writeBytes(body.toByteArray());
        return all.toByteArray();
    }

    private static void add(StringBuilder header, String name, int number) {
        header.append(' ').append(name).append('=').append(number);
    }

    private static void put(ByteArrayOutputStream body, String text) {
        body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        body.write(0);
    }
}
