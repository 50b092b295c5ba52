package org.pixelllm.conformance.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page's table is the kit's list of checks, and its report is one that the kit makes. */
class ConformancePageTest {

    private static String page() throws IOException {
        return Files.readString(
                Path.of(System.getProperty("pixelllm.root", "..")).resolve("docs/conformance.md"));
    }

    /** What is left out are the checks that hold. */
    @Test
    void showsAReportAsItIs() throws IOException, InterruptedException {
        Report report = Kit.test(
                new Toy(Fault.ROUNDING_UP),
                null,
                new Kit.Settings(Toy.VOCABULARY, Kit.LIMIT, null),
                (done, of, run) -> {});
        String shown = report.words().stream()
                .filter(line -> !line.startsWith("holds") && !line.startsWith("implementation"))
                .map(line -> line.isEmpty() ? "" : "    " + line)
                .collect(Collectors.joining("\n"))
                .strip();

        assertThat(page()).contains(shown);
    }

    @Test
    void hasALineForEveryCheck() throws IOException {
        List<String> lines = page().lines()
                .filter(line -> line.matches("\\| `[A-Z_0-9]+` .*"))
                .toList();

        assertThat(lines)
                .containsExactlyElementsOf(Kit.checks().stream()
                        .map(each -> "| `" + each.name() + "` | " + each.statement() + " |")
                        .toList());
    }
}
