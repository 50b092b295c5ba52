package org.pixelllm.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Something that may be written in one place of the main code only.
 *
 * @param what a name for it
 * @param pattern what such a line looks like
 * @param places how many files may have such lines
 * @param lines how many lines there may be, in all
 * @param home the folder that may have any number of them, or nothing
 */
record Once(String what, Pattern pattern, int places, int lines, String home) {

    private static final int ANY = Integer.MAX_VALUE;

    static Stream<Once> facts() {
        return Stream.of(
                new Once(
                        "operands have names: positions are known to the opcode table's package only",
                        Pattern.compile("\\.(operand|whole|real|has)\\(\\d"),
                        0,
                        0,
                        "pxvm/src/main/java/org/pixelllm/pxvm/program"),
                // red + 256 * green
                new Once(
                        "how an id is packed into red and green",
                        Pattern.compile("256\\s*\\*\\s*\\S*\\bgreen\\b|\\bgreen\\b\\S*\\s*\\*\\s*256\\b"),
                        1,
                        ANY,
                        ""),
                new Once(
                        "how many tokens a step takes",
                        Pattern.compile("static final int \\w*(TOKENS|CHUNK|STEP)\\w* = 512;"),
                        1,
                        1,
                        ""),
                new Once(
                        "how many logits a step gives",
                        Pattern.compile("static final \\w+ \\w*LOGITS\\w* = "),
                        1,
                        1,
                        ""));
    }

    /** The lines that have it, where more than one place has them; else nothing. */
    List<String> secondPlaces() throws IOException {
        Map<Path, List<String>> found = new LinkedHashMap<>();
        for (Path file : Sources.all()) {
            Path name = Sources.ROOT.relativize(file);
            List<String> lines = Files.readAllLines(file).stream()
                    .filter(line -> pattern.matcher(line).find())
                    .map(line -> name + ": " + line.strip())
                    .toList();
            if (!lines.isEmpty() && (home.isEmpty() || !name.startsWith(home))) {
                found.put(name, lines);
            }
        }
        List<String> all = found.values().stream().flatMap(List::stream).toList();
        return found.size() <= places && all.size() <= lines ? List.of() : all;
    }

    @Override
    public String toString() {
        return what;
    }
}
