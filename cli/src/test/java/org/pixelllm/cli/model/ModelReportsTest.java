package org.pixelllm.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pixelllm.cli.Captured;
import org.pixelllm.cli.terminal.ConsoleText;
import org.pixelllm.cli.terminal.ModelWords;

/** What commands say of models and of their answers. */
class ModelReportsTest {

    private static final String GGUF = Captured.ROOT
            .resolve("forge/src/test/resources/cases/spm-control.gguf")
            .toString();
    private static final String BASE =
            Captured.ROOT.resolve("engine/src/test/resources/nan/base.pxi").toString();

    @TempDir
    private Path folder;

    private Captured run(String... args) {
        return Captured.run(folder, args);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 100.00 %",
        "0.99999, >99.99 %",
        "0.9997, 99.97 %",
        "0.5, 50.00 %",
        "0.01234, 1.23 %",
        "0.001, 0.10 %",
        "0.00012, 1.2e-4",
        "0.0000996, 1.0e-4",
        "0.00000000031, 3.1e-10",
        "0, 0.00 %"
    })
    void aProbabilityIsReadable(double share, String words) {
        assertThat(ConsoleText.probability(share)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "999, 999 bytes",
        "1000, 1.0 kB",
        "999949, 999.9 kB",
        "999950, 1.0 MB",
        "17300000, 17.3 MB"
    })
    void aSizeIsReadable(long bytes, String words) {
        assertThat(ModelWords.size(bytes)).isEqualTo(words);
    }

    @Test
    void probabilitiesAreTheEnginesAndAddUpToOne() {
        Captured said = run("Once upon a time", "-o", path("o"));
        assertThat(said.code()).as(said.err()).isZero();
        assertThat(said.out()).contains("shares among these 5, which add up to 100 %");
        JsonObject json = JsonParser.parseString(
                        run("Once upon a time", "-o", path("o"), "--json").out())
                .getAsJsonObject();
        JsonArray exact = json.get("probabilities").getAsJsonArray();
        JsonArray steps = json.get("top_probs").getAsJsonArray();
        double sum = 0;
        for (int i = 0; i < exact.size(); i++) {
            double share = exact.get(i).getAsDouble();
            sum += share;
            assertThat(Math.floor(255 * share) / 255).isEqualTo(steps.get(i).getAsDouble());
        }
        assertThat(sum).isBetween(1 - 1e-12, 1 + 1e-12);
        assertThat(json.get("top_texts").getAsJsonArray().asList())
                .extracting(JsonElement::getAsString)
                .hasSize(5)
                .allMatch(text -> text.length() == 1);
    }

    @Test
    void inspectBeginsWithASummary() {
        Captured brief = run("inspect", BASE);
        assertThat(brief.code()).as(brief.err()).isZero();
        assertThat(brief.out())
                .contains("summary: ", " parameters in f32, 64 tokens, context 64, 50.3 kB", "--full lists them")
                .doesNotContain("scratch x", "embed tokens");
        assertThat(run("inspect", BASE, "--full").out()).contains("summary: ", "scratch x", "embed tokens");
        JsonObject json =
                JsonParser.parseString(run("inspect", BASE, "--json").out()).getAsJsonObject();
        assertThat(json.get("parameters").getAsLong()).isPositive();
        assertThat(json.get("tensors").getAsJsonArray()).isNotEmpty();
    }

    @Test
    void importSaysTypesAndSizesAndChangesTypes() {
        Captured as = run("import", GGUF, "-o", path("as.pxi"));
        assertThat(as.code()).as(as.err()).isZero();
        assertThat(as.out()).contains("spm-control.gguf: F32, ", "as.pxi: t, llama, scored-bpe", "parameters in f32");
        Captured small = run("import", GGUF, "-o", path("q8.pxi"), "--weights", "f16");
        assertThat(small.code()).as(small.err()).isZero();
        assertThat(run("verify", path("q8.pxi")).code()).isZero();
        assertThat(run("import", GGUF, "-o", path("x.pxi"), "--weights", "q9").code())
                .isEqualTo(2);
        Path plain = Captured.ROOT.resolve("forge/src/test/resources/families/llama/model.gguf");
        Captured q8 = run("import", plain.toString(), "-o", path("l.pxi"), "--weights", "q8");
        assertThat(q8.code()).as(q8.err()).isZero();
        assertThat(q8.out()).contains("in q8 and f32");
        assertThat(run("import", plain.toString(), "-o", path("p.pxi")).code()).isZero();
        assertThat(run("convert", path("p.pxi"), "--weights", "q8", "-o", path("c.pxi"))
                        .code())
                .isZero();
        Captured difference = run("diff", path("l.pxi"), path("c.pxi"), "-o", path("d"));
        assertThat(difference.out()).contains("weights different: 0", "same program: true");
    }

    @Test
    void aSeedIsSaidOnlyWhereTokensAreDrawn() {
        assertThat(run("generate", "ab", "-n", "2", "--temperature", "0", "-o", path("o"))
                        .err())
                .doesNotContain("seed");
        assertThat(run("generate", "ab", "-n", "2", "--temperature", "1", "-o", path("o"))
                        .err())
                .contains("seed ");
    }

    @Test
    void oneStepIsOneStepAndWhatIsNotKnownIsNotSaid() throws IOException {
        Files.writeString(folder.resolve("text.txt"), "once upon a time there was a fox. ".repeat(30));
        Captured result =
                run(("train F/text.txt -o F/m.pxi --steps 1 --dim 16 --layers 1 --heads 2 --context 8 --batch 2")
                        .replace("F/", folder + "/")
                        .split(" "));
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.err().lines()).contains("1 step").noneMatch(line -> line.contains(" left"));
    }
}
