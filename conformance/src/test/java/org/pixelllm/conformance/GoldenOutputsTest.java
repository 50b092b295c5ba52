package org.pixelllm.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the golden cartridge answers keeps the rules for any implementation. */
class GoldenOutputsTest {

    private static final Path GOLDEN = Root.path().resolve("cartridges/golden");
    private static final String INPUT = ".input_tokens.pxi";
    private static final int VOCABULARY = 256;

    @TempDir
    private Path folder;

    @Test
    void keepTheRules() throws IOException {
        List<String> names;
        try (Stream<Path> files = Files.list(GOLDEN)) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(INPUT))
                    .map(name -> name.substring(0, name.length() - INPUT.length()))
                    .sorted()
                    .toList();
        }
        assertThat(names).hasSizeGreaterThan(5);
        for (String name : names) {
            Path run = Files.createDirectory(folder.resolve(name));
            for (String file : List.of("output_token.pxi", "logits_heatmap.pxi")) {
                Files.copy(GOLDEN.resolve(name + "." + file), run.resolve(file));
            }
            assertThat(OutputRules.check(GOLDEN.resolve(name + INPUT), run, VOCABULARY))
                    .as(name)
                    .isEmpty();
        }
    }
}
