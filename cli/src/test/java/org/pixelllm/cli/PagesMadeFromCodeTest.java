package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Failures;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.program.Assembler;

/**
 * Some sections of the pages are made from the code: exit codes, limits, kinds of errors, a layer of the shipped program.
 * Run with {@code -Dpixelllm.update=true} to write them anew.
 */
class PagesMadeFromCodeTest {

    private static final Path ROOT = Path.of(System.getProperty("pixelllm.root"));

    private static final Pattern SECTION =
            Pattern.compile("(<!-- made from the code: ([a-z, ]+) -->\n)(.*?)(?=<!-- end -->)", Pattern.DOTALL);

    /** A row of errors: exception, meaning, exit code. */
    private static final Pattern EXCEPTION = Pattern.compile("(\\| `(\\w+)` \\|.*\\| )[^|]* \\|");

    /** A row of limits: what, how much, name of the constant. */
    private static final Pattern LIMIT = Pattern.compile("(\\| [^|]+ \\|)[^|]*(\\| `([\\w.]+)` \\|)");

    @Test
    void thePagesShowWhatTheCodeSays() throws IOException {
        for (Path page : pages()) {
            String shown = Files.readString(page);
            Matcher sections = SECTION.matcher(shown);
            StringBuilder made = new StringBuilder();
            while (sections.find()) {
                String content = made(sections.group(2), sections.group(3));
                sections.appendReplacement(made, Matcher.quoteReplacement(sections.group(1) + content));
            }
            sections.appendTail(made);
            if (!shown.contentEquals(made) && Boolean.getBoolean("pixelllm.update")) {
                Files.writeString(page, made);
            } else {
                assertThat(shown).as(page.toString()).isEqualTo(made.toString());
            }
        }
    }

    @Test
    void pagesNameOnlyExitCodesThatExist() throws IOException {
        Pattern named = Pattern.compile("exit\\s+code\\s+(\\d+)", Pattern.CASE_INSENSITIVE);
        for (Path page : pages()) {
            Matcher codes = named.matcher(Files.readString(page));
            while (codes.find()) {
                assertThat(ExitCode.values())
                        .as(page.toString())
                        .extracting(ExitCode::code)
                        .contains(Integer.parseInt(codes.group(1)));
            }
        }
    }

    @Test
    void theHelpEndsWithTheExitCodes() {
        Captured help = Captured.run(ROOT, "--help");
        assertThat(help.out().replaceAll("\\s+", " ").strip()).endsWith(ExitCode.sentence());
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
                    .filter(page -> page.toString().endsWith(".md"))
                    .toList();
        }
    }

    private static String made(String name, String shown) throws IOException {
        return switch (name) {
            case "exit codes" -> exitCodes();
            case "exit codes, in a sentence" -> wrapped(ExitCode.sentence());
            case "limits" -> rows(shown, PagesMadeFromCodeTest::limit);
            case "kinds of errors" -> errors(shown);
            case "one layer" -> oneLayer();
            case "opcodes", "roles", "types" -> shown; // OpcodePageTest
            default -> throw new AssertionError("a page has a section that nothing makes: " + name);
        };
    }

    private static String exitCodes() {
        return Arrays.stream(ExitCode.values())
                .map(each -> "| %d | %s |\n".formatted(each.code(), each.words()))
                .collect(Collectors.joining("", "| exit code | meaning |\n|---|---|\n", ""));
    }

    private static String wrapped(String sentence) {
        return sentence.replaceAll("(.{1,118})(?: |$)", "$1\n");
    }

    /** All rows of a table but its head, each made anew. */
    private static String rows(String table, UnaryOperator<String> row) {
        List<String> lines = table.lines().toList();
        return IntStream.range(0, lines.size())
                .mapToObj(i -> i < 2 ? lines.get(i) : row.apply(lines.get(i)))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** The name in the last cell of a row says what the cell before it holds. */
    private static String limit(String row) {
        Matcher parts = LIMIT.matcher(row);
        assertThat(parts.matches()).as("what | limit | `name`: " + row).isTrue();
        String name = parts.group(3);
        return parts.group(1) + " " + words(name, value(name)) + " " + parts.group(2);
    }

    /** A constant, {@code Class.NAME}, or a component of one, {@code Class.NAME.component}. */
    private static long value(String name) {
        String[] parts = name.split("\\.", -1);
        try {
            Class<?> type = Class.forName(className(parts[0]));
            Field field = type.getDeclaredField(parts[1]);
            field.setAccessible(true);
            Object value = field.get(null);
            if (parts.length == 3) {
                Method component = value.getClass().getDeclaredMethod(parts[2]);
                component.setAccessible(true);
                value = component.invoke(value);
            }
            return ((Number) value).longValue();
        } catch (ReflectiveOperationException | IOException e) {
            throw new AssertionError("a page names " + name + ": expected a constant of the code, found none", e);
        }
    }

    /** The only class of a simple name, in whatever room and package it is. */
    private static String className(String simple) throws IOException {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> rooms = Files.newDirectoryStream(ROOT)) {
            for (Path room : rooms) {
                Path sources = room.resolve("src/main/java");
                if (Files.isDirectory(sources)) {
                    try (Stream<Path> files = Files.walk(sources)) {
                        files.filter(file -> file.endsWith(simple + ".java"))
                                .map(file -> sources.relativize(file.resolveSibling(simple)))
                                .forEach(file -> found.add(file.toString().replace(File.separatorChar, '.')));
                    }
                }
            }
        }
        assertThat(found).as("classes named " + simple + ", which a page names").hasSize(1);
        return found.getFirst();
    }

    private static String words(String name, long value) {
        String unit = name.toUpperCase(Locale.ROOT);
        if (unit.contains("MILLI")) {
            assertThat(value % 1000).as(name).isZero();
            return value / 1000 + " seconds";
        }
        if (unit.endsWith("BYTES")) {
            return value % (1 << 20) == 0 ? (value >> 20) + " MiB" : String.format(Locale.ROOT, "%,d bytes", value);
        }
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** The exit code of each exception, and no kind left out. */
    private static String errors(String table) {
        Map<String, Integer> codes = Arrays.stream(PxiException.class.getPermittedSubclasses())
                .collect(Collectors.toMap(Class::getSimpleName, PagesMadeFromCodeTest::exitCode));
        assertThat(table.lines().skip(2).map(PagesMadeFromCodeTest::exception))
                .containsExactlyInAnyOrderElementsOf(codes.keySet());
        return rows(table, row -> {
            Matcher parts = EXCEPTION.matcher(row);
            return parts.replaceFirst("$1" + codes.get(exception(row)) + " |");
        });
    }

    private static String exception(String row) {
        Matcher parts = EXCEPTION.matcher(row);
        assertThat(parts.matches())
                .as("`exception` | meaning | exit code: " + row)
                .isTrue();
        return parts.group(2);
    }

    private static int exitCode(Class<?> exception) {
        try {
            Fault fault = new Fault("", "", "", "", "");
            return Failures.code(
                            (PxiException) exception.getConstructor(Fault.class).newInstance(fault))
                    .code();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(exception.getName(), e);
        }
    }

    /** The shipped program as it is disassembled, but for the layers that are like the first one. */
    private static String oneLayer() throws IOException {
        Pattern further = Pattern.compile("(?:\\w+ )?layers\\.([1-9]\\d*)\\..*");
        StringBuilder listing = new StringBuilder();
        try (Cartridge cartridge = Cartridge.open(ROOT.resolve("cartridges/default.pxi"))) {
            boolean left = false;
            for (String line : Assembler.print(cartridge.program()).lines().toList()) {
                if (!further.matcher(line).matches()) {
                    listing.append(line.isEmpty() ? "" : "    " + line).append('\n');
                    left = false;
                } else if (!left) {
                    listing.append("    # and so on for each further layer\n");
                    left = true;
                }
            }
        }
        return listing.toString();
    }
}
