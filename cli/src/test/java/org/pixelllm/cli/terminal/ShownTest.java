package org.pixelllm.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShownTest {

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 7, 8, 0xB, 0xD, 0x1B, 0x1F, 0x7F, 0x80, 0x85, 0x9B, 0x9F, 0x61C, 0x200E, 0x200F, 0x202A, 0x202E,
                0x2028, 0x2029, 0x2066, 0x2069, 0xFEFF, 0xFFF9, 0xD800, 0xDFFF
            })
    void whatSteersATerminalIsEscaped(int c) {
        String text = "a" + (char) c + "b";
        String escape = c == '\r' ? "\\r" : "\\u%04X".formatted(c);
        assertThat(Shown.text(text)).isEqualTo("a" + escape + "b").isEqualTo(Shown.word(text));
        assertThat(Shown.message(text)).isEqualTo("a" + escape + "b");
    }

    @Test
    void linesAndTabsStandInTextsOnly() {
        assertThat(Shown.text("a\nb\tc")).isEqualTo("a\nb\tc");
        assertThat(Shown.word("a\nb\tc\r")).isEqualTo("a\\nb\\tc\\r");
        assertThat(Shown.message("a\nb")).isEqualTo("a\\nb");
    }

    @Test
    void wordsOfAllLanguagesStayAsTheyAre() {
        String text = "Größe, קטן, 大きい, 👩‍👩‍👧, é\\u001B";
        assertThat(Shown.word(text)).isSameAs(text);
    }

    @Test
    void longWordsAreCutAndMessagesKeepTheirRemedy() {
        String cut = Shown.word("x".repeat(Shown.WORD_LENGTH - 1) + "🚀".repeat(1000));
        assertThat(cut).startsWith("xxx").endsWith("x… (2399 characters)").hasSizeLessThan(Shown.WORD_LENGTH + 30);
        String message = Shown.message("file.pxi: " + "y".repeat(2_000_000) + ". Give another file.");
        assertThat(message)
                .startsWith("file.pxi: yy")
                .endsWith("y. Give another file.")
                .hasSizeLessThan(2100);
    }

    @Test
    void streamsShowAllButWhatIsDrawn() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ShownStream stream = new ShownStream(bytes, StandardCharsets.UTF_8);
        stream.print("\u001b[2J");
        stream.println("a\nb\u009b");
        stream.println(Path.of("a\nb"));
        stream.printf("%s", "\u202e");
        stream.append("\u007f");
        stream.raw("\u001b[H");
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "\\u001B[2Ja\nb\\u009B\na\\nb\n\\u202E\\u007F\u001b[H".replace("\n", System.lineSeparator()));
    }
}
