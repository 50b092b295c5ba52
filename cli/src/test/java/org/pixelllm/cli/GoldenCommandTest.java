package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The command that {@code tools/golden} gives makes the golden cartridge again, byte for byte. */
class GoldenCommandTest {

    @TempDir
    private Path folder;

    static IntStream threads() {
        return Boolean.getBoolean("pixelllm.long") ? IntStream.of(1, 2, 3) : IntStream.of(3);
    }

    @ParameterizedTest
    @MethodSource("threads")
    void makesTheSameBytesOnAnyNumberOfThreads(int threads) throws IOException {
        String script = Files.readString(Captured.ROOT.resolve("tools/golden")).replace("\\\n", " ");
        String line = script.lines()
                .filter(each -> each.startsWith("./pixel-llm train"))
                .findFirst()
                .orElseThrow();
        List<String> words = new ArrayList<>(List.of(line.split(" +")));
        words.removeFirst();
        Path made = folder.resolve("golden.pxi");
        words.replaceAll(word -> switch (word) {
            case "cartridges/golden.pxi" -> made.toString();
            case "cartridges/golden/rhyme.txt" -> Captured.ROOT.resolve(word).toString();
            default -> word;
        });
        words.addAll(List.of("--threads", String.valueOf(threads)));
        Captured result = Captured.run(folder, words.toArray(String[]::new));
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(made)
                .as("cartridges/golden.pxi; where the change is meant, make it anew with tools/golden")
                .hasSameBinaryContentAs(Captured.ROOT.resolve("cartridges/golden.pxi"));
    }
}
