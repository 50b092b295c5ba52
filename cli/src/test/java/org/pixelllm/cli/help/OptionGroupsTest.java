package org.pixelllm.cli.help;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.pixelllm.cli.Captured;

class OptionGroupsTest {

    @Test
    void everyNameIsAnOption() {
        String manual = Captured.run(Path.of(""), "help", "--man").out().replace("\\-", "-");
        assertThat(OptionGroups.named())
                .allSatisfy(name -> assertThat(manual + "--version").contains(name));
    }

    @Test
    void trainIsToldInGroups() {
        String help = Captured.run(Path.of(""), "help", "train").out();
        assertThat(help)
                .containsSubsequence(
                        "pixel-llm train TEXT... -o CARTRIDGE.pxi",
                        "train story.txt -o story.pxi --minutes 10",
                        "Input and output:",
                        "Length of the training:",
                        "Shape of the model:",
                        "How it learns:",
                        "--seed S",
                        "What the cartridge says:",
                        "Model:")
                .doesNotContain("Sampling:");
    }
}
