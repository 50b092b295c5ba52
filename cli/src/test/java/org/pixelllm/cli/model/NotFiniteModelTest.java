package org.pixelllm.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.cli.Captured;

/** Models with NaN and infinities: every command names the place, and none calls it a fault of Pixel-LLM. */
class NotFiniteModelTest {

    private static final Path FILES = Captured.ROOT.resolve("engine/src/test/resources/nan");
    private static final String INFINITE = FILES.resolve("f16_inf_embed.pxi").toString();
    private static final String NAN = FILES.resolve("f32_nan.pxi").toString();
    private static final String BASE = FILES.resolve("base.pxi").toString();
    private static final String QUESTION = FILES.resolve("question-nan.pxi").toString();

    @TempDir
    private Path folder;

    private Captured run(String line, String... more) {
        String[] words = line.split(" ");
        String[] all = new String[words.length + more.length];
        System.arraycopy(words, 0, all, 0, words.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Captured.run(folder, all);
    }

    private void assertRefused(Captured result, String... words) {
        assertThat(result.code()).as(result.err()).isEqualTo(65);
        assertThat(result.err()).contains(words).doesNotContain("internal error", "bug in Pixel-LLM");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "infer",
                "infer -x reference",
                "infer -x simd",
                "infer --scores",
                "infer --json",
                "generate -n 3",
                "generate -n 3 -x simd",
                "generate -n 3 --beams 2",
                "look --trace",
                "look --lens"
            })
    void anInferenceThatMeetsThemIsTheModelsFault(String command) {
        assertRefused(
                run(command, "-c", INFINITE, "-i", QUESTION),
                "f16_inf_embed.pxi: tensor embed, row 5, column 0: expected a finite number, found Infinity",
                "The fault is the model's");
    }

    @Test
    void aQuestionThatDoesNotMeetThemIsAnswered() {
        Captured result = run(
                "infer", "-c", INFINITE, "-i", FILES.resolve("question-ok.pxi").toString());
        assertThat(result.code()).as(result.err()).isZero();
    }

    @Test
    void verifyConvertAndImportNameThePlace() {
        assertRefused(run("verify", INFINITE), "tensor embed, row 5, column 0");
        assertRefused(run("verify", NAN), "tensor layers.0.up, row 0, column 0: expected a finite number, found NaN");
        assertThat(run("verify", BASE).code()).isZero();
        for (String type : new String[] {"u8", "q8", "q4", "f16", "bf16", "f32"}) {
            assertRefused(
                    run("convert -o out.pxi --weights " + type, NAN),
                    "f32_nan.pxi: tensor layers.0.up, row 0, column 0");
        }
        assertRefused(
                run("import -o out.pxi", FILES.resolve("bf16_nan_model").toString()),
                "model.safetensors: tensor layers.0.up (model.layers.0.mlp.up_proj.weight), row 0, column 0");
        assertThat(folder.resolve("out.pxi")).doesNotExist();
    }

    @Test
    void diffCountsThem() {
        Captured result = run("diff", BASE, NAN);
        assertThat(result.code()).isZero();
        assertThat(result.out())
                .contains(
                        "values not finite: 0 / 1",
                        "first not finite: layers.0.up, row 0, column 0: ",
                        "weights different: 1");
        assertThat(run("diff", NAN, NAN).out())
                .contains("equal: true", "values not finite: 1 / 1", "weights different: 0");
        assertThat(run("diff", BASE, BASE).out())
                .contains("values not finite: 0 / 0")
                .doesNotContain("first not finite");
    }
}
