package org.pixelllm.cli.daemon;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The line that begins every message between daemon and client, as {@code pixel-llm/1 predict top=5 length=213}.
 *
 * @param word a request's verb, an answer's {@code ok} or {@code error}, or what a command's process and the daemon say
 * @param numbers the numbers named after it, in order
 */
record DaemonHeader(String word, Map<String, Integer> numbers) {

    /** The longest line, with its end. */
    static final int MAX_BYTES = 1024;

    private static final String VERSION = "pixel-llm/1";
    private static final int MAX_DIGITS = 9; // which an int holds

    /** Without a number. */
    DaemonHeader(String word) {
        this(word, Map.of());
    }

    /** With one number. */
    DaemonHeader(String word, String name, int number) {
        this(word, Map.of(name, number));
    }

    /** Reads a line, given without its end. */
    static DaemonHeader parse(String line) throws DaemonRefusal {
        String[] words = line.split(" ", -1);
        if (!words[0].equals(VERSION)) {
            throw DaemonRefusal.malformed(VERSION, shown(words[0]));
        }
        if (words.length < 2 || !isName(words[1])) {
            throw DaemonRefusal.malformed("a word after " + VERSION, shown(line));
        }
        Map<String, Integer> numbers = new LinkedHashMap<>();
        for (String word : List.of(words).subList(2, words.length)) {
            int equals = word.indexOf('=');
            String digits = word.substring(equals + 1);
            if (equals < 0 || !isName(word.substring(0, equals)) || !isNumber(digits)) {
                throw DaemonRefusal.malformed("NAME=NUMBER, of at most " + MAX_DIGITS + " digits", shown(word));
            }
            if (numbers.put(word.substring(0, equals), Integer.parseInt(digits)) != null) {
                throw DaemonRefusal.malformed("each name once", shown(word) + " again");
            }
        }
        return new DaemonHeader(words[1], numbers);
    }

    private static boolean isName(String word) {
        return !word.isEmpty() && word.chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '_');
    }

    private static boolean isNumber(String word) {
        return !word.isEmpty() && word.length() <= MAX_DIGITS && word.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The beginning of what was sent, without control characters, for an error message. */
    private static String shown(String text) {
        StringBuilder shown = new StringBuilder("\"");
        text.codePoints().limit(40).forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return shown.append('"').toString();
    }

    /** Refuses every number but these. */
    void allow(String... names) throws DaemonRefusal {
        for (String name : numbers.keySet()) {
            if (!List.of(names).contains(name)) {
                throw DaemonRefusal.malformed(word + " with " + String.join(", ", names), shown(name));
            }
        }
    }

    int number(String name, int fallback) {
        return numbers.getOrDefault(name, fallback);
    }

    /** A number that must be there. */
    int number(String name) throws DaemonRefusal {
        Integer number = numbers.get(name);
        if (number == null) {
            throw DaemonRefusal.malformed(word + " with " + name, "none");
        }
        return number;
    }

    /** The line with its end, as it is sent. */
    byte[] bytes() {
        StringBuilder line = new StringBuilder(VERSION).append(' ').append(word);
        numbers.forEach(
                (name, number) -> line.append(' ').append(name).append('=').append(number));
        return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }
}
