package org.pixelllm.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.cli.Captured;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;

/** Decode says what the model said: with its alphabet, or with none. */
class SpellingTest {

    private static final Path CASES = Captured.ROOT.resolve("forge/src/test/resources/cases");
    private static final Map<String, String> OTHER = Map.of("Cartridge", "sha256:" + "ab".repeat(32), "Stop", "length");

    @TempDir
    private Path folder;

    private String scored;

    @BeforeEach
    void importModel() {
        scored = folder.resolve("scored.pxi").toString();
        assertThat(run("import", CASES.resolve("spm-control.gguf").toString(), "-o", scored)
                        .code())
                .isZero();
    }

    private Captured run(String... args) {
        return Captured.run(folder, args);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private static JsonObject json(Captured result) {
        assertThat(result.code()).as(result.err()).isZero();
        return JsonParser.parseString(result.out()).getAsJsonObject();
    }

    private void write(Map<String, String> text) throws IOException {
        new TokenImage(new int[] {104, 105}).write(folder.resolve("tokens.pxi"), text);
        List<Prediction> two = List.of(new Prediction(104, 200), new Prediction(105, 55));
        new PredictionImage(two).write(folder.resolve("prediction.pxi"), text);
        new SequenceImage(two).write(folder.resolve("sequence.pxi"), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokens", "prediction", "sequence"})
    void anImageOfAnotherModelShowsIdsAndWhoseItIs(String kind) throws IOException {
        write(OTHER);
        for (String[] args :
                new String[][] {{"decode", path(kind + ".pxi")}, {"decode", path(kind + ".pxi"), "-c", scored}}) {
            Captured result = run(args);
            assertThat(result.code()).isZero();
            assertThat(result.out()).contains("104", "105").doesNotContain("'h'", "text ");
            assertThat(result.err()).contains("The model sha256:abab", "wrote this image: its ids are shown");
        }
        JsonObject json = json(run("decode", path(kind + ".pxi"), "--json"));
        assertThat(json.has("text")).isFalse();
        assertThat(json.has("top_texts")).isFalse();
    }

    @Test
    void soDoesWatch() throws IOException {
        write(OTHER);
        Captured result = run("watch", path("sequence.pxi"));
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).contains("#104", "#105").doesNotContain("'h'");
        assertThat(result.err()).containsOnlyOnce("wrote this image");
    }

    @Test
    void anImageThatNoModelWroteHasTheProtocolsCharacters() throws IOException {
        write(Map.of("Stop", "length"));
        assertThat(run("decode", path("tokens.pxi")).out()).contains("text  hi");
        assertThat(run("decode", path("prediction.pxi")).out()).contains("'h'", "'i'");
        assertThat(json(run("decode", path("prediction.pxi"), "--json"))
                        .get("top_texts")
                        .toString())
                .isEqualTo("[\"h\",\"i\"]");
    }

    @Test
    void theSpaceThatBeginsATextIsTakenAwayThereAndNowhereElse() throws IOException {
        assertThat(run("encode", "<|user|>hi</s>", "-c", scored, "-o", path("t.pxi"))
                        .code())
                .isZero();
        assertThat(json(run("decode", path("t.pxi"), "-c", scored, "--json"))
                        .get("text")
                        .getAsString())
                .isEqualTo("hi");
        assertThat(run("decode", path("t.pxi")).err()).contains("wrote this image");
        int[] ids = TokenImage.read(folder.resolve("t.pxi")).ids();
        Map<String, String> its = Map.of(
                "Cartridge",
                json(run("inspect", scored, "--json")).get("digest").getAsString());
        new SequenceImage(List.of(new Prediction(ids[2], 1), new Prediction(ids[3], 1), new Prediction(ids[4], 1)))
                .write(folder.resolve("s.pxi"), its);
        assertThat(json(run("decode", path("s.pxi"), "-c", scored, "--json"))
                        .get("text")
                        .getAsString())
                .isEqualTo(" hi");
        new TokenImage(new int[] {ids[2], ids[3], ids[4]}).write(folder.resolve("later.pxi"), its);
        assertThat(json(run("decode", path("later.pxi"), "-c", scored, "--json"))
                        .get("text")
                        .getAsString())
                .isEqualTo(" hi");
    }

    /** A line feed and a backslash with an n are two texts. */
    @Test
    void jsonHasTheVeryCharacters() {
        for (String text : new String[] {"a\nb", "a\\nb", "tab\tbell\u0007", "ü\u0301"}) {
            assertThat(run("encode", text, "-o", path("t.pxi")).code()).isZero();
            assertThat(json(run("decode", path("t.pxi"), "--json")).get("text").getAsString())
                    .isEqualTo(text);
            assertThat(run("decode", path("t.pxi")).out()).doesNotContain("\u0007", "a\nb");
        }
    }
}
