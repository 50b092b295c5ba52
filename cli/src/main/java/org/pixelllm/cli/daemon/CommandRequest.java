package org.pixelllm.cli.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a process says of itself and its command line.
 *
 * @param header with the numbers
 * @param folder its current one, absolute
 * @param home its checkout
 * @param encoding of its file names
 * @param variables of its environment that a command heeds
 * @param words the arguments
 */
record CommandRequest(
        DaemonHeader header,
        Path folder,
        Path home,
        String encoding,
        Map<String, String> variables,
        List<String> words) {

    private static final int FIXED = 3; // folder, home and encoding

    /**
     * Reads one.
     *
     * @param body strings, each with a NUL after it
     * @throws DaemonRefusal where it is none
     */
    static CommandRequest parse(DaemonHeader header, byte[] body) throws DaemonRefusal {
        header.allow("arguments", "variables", "stdin", "stdout", "stderr", "umask", "length");
        List<String> strings = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < body.length; i++) {
            if (body[i] == 0) {
                strings.add(new String(body, from, i - from, StandardCharsets.UTF_8));
                from = i + 1;
            }
        }
        int variables = header.number("variables", 0);
        int arguments = header.number("arguments", 0);
        if (from != body.length || strings.size() != FIXED + (long) variables + arguments) {
            throw DaemonRefusal.malformed(
                    FIXED + " + variables + arguments strings, each with a NUL after it", strings.size() + " of them");
        }
        Map<String, String> named = new LinkedHashMap<>();
        for (String each : strings.subList(FIXED, FIXED + variables)) {
            int equals = each.indexOf('=');
            if (equals < 0) {
                throw DaemonRefusal.malformed("NAME=VALUE", "no =");
            }
            named.put(each.substring(0, equals), each.substring(equals + 1));
        }
        Path folder = path(strings.get(0));
        Path home = path(strings.get(1));
        return new CommandRequest(
                header,
                folder,
                home,
                strings.get(2),
                named,
                List.copyOf(strings.subList(FIXED + variables, strings.size())));
    }

    private static Path path(String word) throws DaemonRefusal {
        try {
            Path path = Path.of(word);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            // as one that is not absolute
        }
        throw DaemonRefusal.malformed("an absolute path", "another word");
    }

    String[] arguments() {
        return words.toArray(String[]::new);
    }

    boolean asks() {
        return header.number("stdin", 0) == 1;
    }

    boolean shows() {
        return header.number("stdout", 0) == 1;
    }

    boolean reports() {
        return header.number("stderr", 0) == 1;
    }

    /** Whether a command does in this daemon what it does in that process: the same program, names and permissions. */
    boolean isOf(DaemonServer server) throws IOException {
        return encoding.equals(System.getProperty("sun.jnu.encoding"))
                && server.program.hasMask(header.number("umask", DaemonProgram.UNKNOWN))
                && home.toRealPath().equals(server.program.home());
    }
}
