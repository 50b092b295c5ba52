package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.cli.terminal.Terminal;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completions and the manual page are made from the commands. */
class HelpTest {

    private static final Path MANUAL = Captured.ROOT.resolve("docs/pixel-llm.1");

    @TempDir
    private Path folder;

    private String said(String... args) {
        Captured said = Captured.run(folder, args);
        assertThat(said.code()).as(said.err()).isZero();
        return said.out();
    }

    /** Run with {@code -Dpixelllm.update=true} to write it anew. */
    @Test
    void theManualPageIsInStep() throws IOException {
        String made = said("help", "--man");
        if (Boolean.getBoolean("pixelllm.update")) {
            Files.writeString(MANUAL, made);
        }
        assertThat(MANUAL).hasContent(made);
    }

    private static List<OptionSpec> options() {
        List<OptionSpec> options = new ArrayList<>();
        for (var each : Commands.root(Terminal.ofProcess()).subcommands().values()) {
            CommandSpec command = each.getCommandSpec();
            options.addAll(command.options());
            command.subcommands()
                    .values()
                    .forEach(below -> options.addAll(below.getCommandSpec().options()));
        }
        return options;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void completionsNameEveryCommandAndOption(String shell) {
        String script = said("completion", shell);
        assertThat(script).contains(Main.commandNames());
        for (OptionSpec each : options()) {
            String name = each.longestName();
            assertThat(script).contains(shell.equals("fish") ? " -l " + name.substring(2) + " " : name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void completionsAreScriptsOfTheirShell(String shell) throws IOException, InterruptedException {
        Path script = folder.resolve("script");
        Files.writeString(script, said("completion", shell));
        assumeThat(run("sh", "-c", "command -v " + shell))
                .as(shell + " is there")
                .isNotEmpty();
        assertThat(run(shell, "-n", script.toString())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pixel-llm gen|generate",
                "pixel-llm daemon st|start stop status",
                "pixel-llm generate --temp|--temperature",
                "pixel-llm infer hi -x s|simd",
                "pixel-llm infer -i que|questions",
                "pixel-llm daemon start --id|--idle",
                "pixel-llm completion z|zsh",
                "pixel-llm generate -n 3|"
            })
    void bashCompletes(String line, String offered) throws IOException, InterruptedException {
        assumeThat(run("sh", "-c", "command -v bash")).as("bash is there").isNotEmpty();
        Files.createDirectory(folder.resolve("questions"));
        Files.writeString(folder.resolve("script"), said("completion", "bash"));
        String script = "source ./script; COMP_WORDS=(" + line + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1));"
                + " _pixel_llm; echo ${COMPREPLY[@]}";
        assertThat(run("bash", "-c", script).strip()).isEqualTo(offered == null ? "" : offered);
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("said");
        new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start()
                .waitFor();
        return Files.readString(out);
    }
}
