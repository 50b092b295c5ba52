package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sessions may remember, as a person asks for it. */
class SessionMemoryCommandTest {

    private static final String TEXT = "Once upon a time there was a little cat who lived in a house.";

    @TempDir
    private Path folder;

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private Captured run(String... args) {
        return Captured.run(folder, args);
    }

    @Test
    void anAnswerFromFewerTokensSaysSo() {
        Captured result = run("infer", TEXT, "--context", "8", "-o", path("out"));
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.err()).contains("last 8");
        assertThat(run("inspect", path("out/output_token.pxi")).out()).contains("Context: last 8 of");
    }

    @Test
    void aGenerationSlidesInTheContextThatWasGiven() {
        Captured result = run("generate", "Once", "-n", "40", "--context", "24", "--seed", "1", "-o", path("out"));
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(run("inspect", path("out/output_sequence.pxi")).out())
                .contains("each time to the last 12 of 24 tokens");
    }

    @ParameterizedTest
    @ValueSource(strings = {"infer", "generate", "look", "profile", "serve-folder", "daemon run"})
    void everyCommandThatOpensASessionRefusesWhatItCannotDo(String command) throws Exception {
        Files.createDirectory(folder.resolve("in"));
        List<String> words = List.of(command.split(" "));
        String[] rest = switch (words.getFirst()) {
            case "serve-folder" -> new String[] {path("in"), path("out"), "--once"};
            case "daemon" -> new String[0];
            default -> new String[] {TEXT};
        };
        for (String[] wrong : List.of(
                new String[] {"--context", "0", "expected at least 1"},
                new String[] {"--keys-values", "q8", "expected one of f32, f16"})) {
            String[] args = new String[words.size() + rest.length + 2];
            System.arraycopy(words.toArray(), 0, args, 0, words.size());
            System.arraycopy(rest, 0, args, words.size(), rest.length);
            System.arraycopy(wrong, 0, args, args.length - 2, 2);
            Captured result = run(args);
            assertThat(result.code()).as(result.err()).isEqualTo(2);
            assertThat(result.err()).contains(wrong[2]);
        }
    }

    @Test
    void aContextBeyondTheModelsIsRefusedWithTheModels() {
        Captured result = run("infer", TEXT, "--context", "1000000");
        assertThat(result.code()).isEqualTo(65);
        assertThat(result.err()).contains("default.pxi", "context", "1000000", "or leave it out");
    }

    @Test
    void keysAndValuesInF16AreNamedInTheImage() {
        Captured result = run("infer", TEXT, "--keys-values", "f16", "-o", path("out"));
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(run("inspect", path("out/output_token.pxi")).out()).contains("keys and values in f16");
    }
}
