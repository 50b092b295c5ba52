package org.pixelllm.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.protocol.file.PxiFiles;

class FailuresTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal = new Terminal(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            Path.of(""),
            Path.of(""));

    static Stream<Arguments> ends() {
        return Stream.of(
                Arguments.of(new OutOfMemoryError("Java heap space"), 71, "JDK_JAVA_OPTIONS=-Xmx"),
                Arguments.of(new IllegalStateException("x", new OutOfMemoryError()), 71, "JDK_JAVA_OPTIONS=-Xmx"),
                Arguments.of(new OutOfMemoryError("unable to create native thread: limits"), 71, "-t"),
                Arguments.of(new StackOverflowError(), 70, "nested too deeply"),
                Arguments.of(new NoClassDefFoundError("org/pixelllm/X"), 70, "This is a bug"),
                Arguments.of(new ExceptionInInitializerError(new IllegalStateException()), 70, "This is a bug"),
                Arguments.of(new AssertionError("odd"), 70, "internal error: odd."),
                Arguments.of(new NullPointerException("Cannot invoke \"java.util.List.size()\""), 70, "This is a bug"),
                Arguments.of(new InternalError("a fault occurred in an unsafe memory access operation"), 75, "shorter"),
                Arguments.of(
                        new IllegalStateException(
                                "a worker failed",
                                new InternalError("a fault occurred in a recent unsafe memory access operation")),
                        75,
                        "shorter"),
                Arguments.of(new NoSuchFileException("a\u001b[2J"), 73, "a\\u001B[2J: no such file or folder."),
                Arguments.of(new UncheckedIOException(new AccessDeniedException("a")), 73, "a: no permission."),
                Arguments.of(new InvalidPathException("a\0b", "Nul character not allowed"), 2, "'a\\u0000b' cannot"),
                Arguments.of(PxiFiles.unreadable(Path.of("a\nb"), new NoSuchFileException("")), 66, "a\\nb: file"),
                Arguments.of(new OutputException(new IOException("No space left on device")), 73, "No space left"));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void whateverIsThrownEndsAsOneLine(Throwable thrown, int code, String words) {
        assertThat(Failures.end(terminal, thrown, false, false).code()).isEqualTo(code);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("pixel-llm: ")
                .contains(words)
                .hasLineCount(1)
                .doesNotContain("java.", "org.pixelllm", "org/pixelllm");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void aReaderThatIsGoneIsNotTold() {
        IOException gone = new IOException("Broken pipe");
        assertThat(Failures.end(terminal, new OutputException(gone), false, true))
                .isEqualTo(ExitCode.READER_GONE);
        assertThat(Failures.end(terminal, new IOException("/dev/stdout: cannot be written", gone), false, false))
                .isEqualTo(ExitCode.READER_GONE);
        assertThat(err.size() + out.size()).isZero();
    }

    @Test
    void underJsonAnErrorIsJson() {
        Failures.end(terminal, new UsageException("-k: found \"x\"."), false, true);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualToIgnoringWhitespace("{\"error\": \"-k: found \\\"x\\\".\", \"exit_code\": 2}");
        Failures.end(terminal, new UsageException("again"), false, true);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .as("a result and an error are no JSON")
                .doesNotContain("again");
    }

    @Test
    void helpFitsTheScreenAndColoursAreWhatItHas() {
        assertThat(new Screen(Map.of("COLUMNS", "10"), false).textColumns()).isEqualTo(60);
        assertThat(new Screen(Map.of("COLUMNS", "100"), false).textColumns()).isEqualTo(100);
        assertThat(new Screen(Map.of("COLUMNS", "1000"), false).textColumns()).isEqualTo(200);
        assertThat(new Screen(Map.of("COLUMNS", "wide"), false).columns()).isEqualTo(80);
        assertThat(colours(Map.of("TERM", "xterm-256color"))).isEqualTo(Screen.Colours.PALETTE);
        assertThat(colours(Map.of("TERM", "xterm-256color", "COLORTERM", "truecolor")))
                .isEqualTo(Screen.Colours.FULL);
        assertThat(colours(Map.of("TERM", "xterm"))).isEqualTo(Screen.Colours.NONE);
        assertThat(colours(Map.of("TERM", "dumb", "COLORTERM", "truecolor"))).isEqualTo(Screen.Colours.NONE);
        assertThat(colours(Map.of("NO_COLOR", "", "COLORTERM", "24bit"))).isEqualTo(Screen.Colours.NONE);
        assertThat(new Screen(Map.of("TERM", "dumb"), true).isDumb()).isTrue();
    }

    private static Screen.Colours colours(Map<String, String> environment) {
        return new Screen(environment, false).colours();
    }
}
