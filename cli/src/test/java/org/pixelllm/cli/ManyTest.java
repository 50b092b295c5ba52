package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.cli.terminal.ConsoleText;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.ScoresImage;
import org.pixelllm.protocol.images.TokenImage;

/** Many files in one run, and prompts scored, with the shipped cartridge. */
class ManyTest {

    @TempDir
    private Path folder;

    private Captured run(String... args) {
        return Captured.run(folder, args);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private void ask(String name, String text) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        new TokenImage(text.codePoints().map(c -> c % 256).toArray()).write(folder.resolve(name), Map.of());
    }

    @Test
    void aFolderIsAnsweredAsEachFileAlone() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            names.add("q" + i);
            ask("in/q" + i + ".pxi", "Question " + "very ".repeat(i % 9) + i);
        }
        String golden =
                Captured.ROOT.resolve("cartridges/golden.pxi").toAbsolutePath().toString(); // quick
        Captured many = run("infer", "-i", path("in"), "-o", path("out"), "-k", "3", "-c", golden);
        assertThat(many.code()).as(many.err()).isZero();
        assertThat(many.out()).contains("150 answered");
        for (String name : names.subList(0, 20)) {
            assertThat(run("infer", "-i", path("in/" + name + ".pxi"), "-o", path("one"), "-k", "3", "-c", golden)
                            .code())
                    .isZero();
            for (String kind : List.of("output_token", "logits_heatmap")) {
                assertThat(folder.resolve("out/" + name + "." + kind + ".pxi"))
                        .hasSameBinaryContentAs(folder.resolve("one/" + kind + ".pxi"));
            }
        }
        try (Stream<Path> all = Files.list(folder.resolve("out"))) {
            assertThat(all).hasSize(300);
        }
    }

    @Test
    void filesAndFoldersGoTogetherAndAnswersAreNoQuestions() throws IOException {
        ask("a/one.pxi", "one");
        ask("a/.hidden.pxi", "no");
        ask("a/deeper/no.pxi", "no");
        ask("b/two.pxi", "two");
        ask("three.pxi", "three");
        for (int i = 0; i < 2; i++) {
            Captured json =
                    run("infer", "-i", path("a"), path("three.pxi"), "-i", path("b"), "-o", path("a"), "--json");
            assertThat(json.code()).as(json.err()).isZero();
            JsonObject result = JsonParser.parseString(json.out()).getAsJsonObject();
            assertThat(result.get("answers").getAsJsonArray().asList().stream()
                            .map(each -> Path.of(
                                            each.getAsJsonObject().get("input").getAsString())
                                    .getFileName()
                                    .toString()))
                    .containsExactly("one.pxi", "three.pxi", "two.pxi");
        }
    }

    @Test
    void aBadFileDoesNotStopTheOthers() throws IOException {
        ask("in/a.pxi", "a");
        Files.writeString(folder.resolve("in/b.pxi"), "<html>");
        new TokenImage(new int[] {65_535}).write(folder.resolve("in/c.pxi"), Map.of());
        ask("in/d.pxi", "d");
        Captured many = run("infer", "-i", path("in"), path("none.pxi"), "-o", path("out"));
        assertThat(many.code()).isEqualTo(65);
        assertThat(many.out()).contains("2 answered", "3 refused");
        assertThat(many.err())
                .contains("b.pxi", "HTML", "c.pxi", "65535", "none.pxi")
                .hasLineCount(3);
        try (Stream<Path> all = Files.list(folder.resolve("out"))) {
            assertThat(all.map(each -> each.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "a.output_token.pxi", "a.logits_heatmap.pxi", "d.output_token.pxi", "d.logits_heatmap.pxi");
        }
    }

    @Test
    void answersOfOneNameAreRefusedBeforeAnythingIsDone() throws IOException {
        ask("a/x.pxi", "a");
        ask("b/x.pxi", "b");
        Captured same = run("infer", "-i", path("a"), path("b"), "-o", path("out"));
        assertThat(same.code()).isEqualTo(2);
        assertThat(same.err()).contains("same name", "a/x.pxi", "b/x.pxi");
        Files.createDirectories(folder.resolve("empty"));
        assertThat(run("infer", "-i", path("empty"), "-o", path("out")).code()).isEqualTo(2);
        assertThat(run("infer", "-i", path("a"), "--scores", "-o", path("out")).code())
                .isEqualTo(2);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aPromptIsScored() throws IOException {
        Captured infer = run("infer", "Once upon a time", "--scores", "-o", path("o"));
        assertThat(infer.code()).as(infer.err()).isZero();
        assertThat(infer.out()).contains("prompt: perplexity ", " bits per character", "prompt_scores.pxi");
        List<Prediction> scored =
                ScoresImage.read(folder.resolve("o/prompt_scores.pxi")).tokens();
        assertThat(scored.stream().map(Prediction::id))
                .isEqualTo(Arrays.stream(TokenImage.read(folder.resolve("o/input_tokens.pxi"))
                                .ids())
                        .boxed()
                        .toList());
        Captured generate = run("generate", "Once upon a time", "--scores", "-n", "3", "-o", path("p"), "--json");
        JsonObject json = JsonParser.parseString(generate.out()).getAsJsonObject();
        assertThat(infer.out())
                .contains("perplexity "
                        + ConsoleText.thousandths(json.get("perplexity").getAsDouble()) + ",");
        assertThat(json.get("bits_per_character").getAsDouble()).isPositive();
        assertThat(folder.resolve("p/prompt_scores.pxi")).hasSameBinaryContentAs(folder.resolve("o/prompt_scores.pxi"));
        assertThat(run("verify", path("o/prompt_scores.pxi")).out()).contains("prompt scores, correct");
        assertThat(run("decode", path("o/prompt_scores.pxi")).out()).contains(" tokens", "text  ");
    }
}
