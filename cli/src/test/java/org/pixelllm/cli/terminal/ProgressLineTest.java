package org.pixelllm.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressLineTest {

    private static final String WORDS = "step 1200 of 2000: 2.345 bits per character, valid 2.456, 12345 tokens/s";

    /** A line that is longer than the terminal is wide would be drawn anew below itself each time. */
    @ParameterizedTest
    @ValueSource(ints = {20, 40, 60, 80, 120, 200})
    void itIsOneLine(int columns) throws InterruptedException {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(PrintStream.nullOutputStream()),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                true,
                Path.of(""),
                Path.of(""),
                new Screen(Map.of("COLUMNS", String.valueOf(columns)), false), Caller.PROCESS);
        ProgressLine line = new ProgressLine(terminal);
        Thread.sleep(110);
        line.show(0.6, WORDS, 3720);
        String shown = err.toString(StandardCharsets.UTF_8);
        assertThat(shown).startsWith("\r\u001b[K").doesNotContain("\n");
        String text = shown.substring("\r\u001b[K".length());
        assertThat(text.length()).isLessThan(columns);
        assertThat(text).contains("60 %");
        if (columns >= 40) {
            assertThat(text).contains("step 1200 of 2000");
        }
        if (columns >= 80) {
            assertThat(text).contains(" 1 h 0", " min left");
        }
        assertThat(text.contains("█")).isEqualTo(columns >= 120);
    }
}
