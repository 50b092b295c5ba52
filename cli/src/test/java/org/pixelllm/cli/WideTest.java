package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.conformance.kit.Kit;
import org.pixelllm.conformance.kit.Report;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.images.BeamsImage;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.images.ScoresImage;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;

/** Every command with a model of 262,144 token ids: its questions and answers are of version 2. */
class WideTest {

    private static final int A = WideModel.LETTER_A;
    private static final String ADVICE = "Ask in version 2: `pixel-llm encode -c` with this model writes it.";

    @TempDir
    private static Path models;

    private static Path wide;
    private static Path plain;

    /** An id of version 1 after which the likeliest token is another one, and one after which it is not. */
    private static int fits;

    private static int exceeds;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeModels() throws IOException {
        wide = models.resolve("wide.pxi");
        plain = models.resolve("plain.pxi");
        WideModel.writeWithLetters(wide);
        WideModel.write(plain);
        fits = -1;
        exceeds = -1;
        try (PixelLlm model = PixelLlm.open(plain, new ExecutorChoice("simd", 1))) {
            for (int id = 0; fits < 0 || exceeds < 0; id++) {
                int top = model.predict(new TokenImage(PxiVersion.V2, new int[] {id}))
                        .prediction(1)
                        .predictions()
                        .getFirst()
                        .id();
                if (top <= PxiVersion.V1.maxId()) {
                    fits = fits < 0 ? id : fits;
                } else {
                    exceeds = exceeds < 0 ? id : exceeds;
                }
            }
        }
    }

    @BeforeEach
    void ask() throws IOException {
        tokens("wide.pxi", PxiVersion.V2, A, A + 1, 7);
        tokens("fits.pxi", PxiVersion.V1, fits);
        tokens("exceeds.pxi", PxiVersion.V1, exceeds);
    }

    private void tokens(String name, PxiVersion version, int... ids) throws IOException {
        new TokenImage(version, ids).write(folder.resolve(name), Map.of());
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private Captured run(String... args) {
        return Captured.run(folder, args);
    }

    /** With the model that has letters. */
    private Captured wide(String... args) {
        return with(wide, args);
    }

    /** With the one that has no tokenizer, and so is opened at once. */
    private Captured plain(String... args) {
        return with(plain, args);
    }

    private Captured with(Path model, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("-c", model.toString()));
        return run(all.toArray(String[]::new));
    }

    private static void assertFine(Captured result) {
        assertThat(result.code()).as(result.err()).isZero();
    }

    private void assertRefused(Captured result, String output, String... words) {
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.BAD_DATA.code());
        assertThat(result.err()).contains(words);
        assertThat(folder.resolve(output))
                .satisfiesAnyOf(
                        place -> assertThat(place).doesNotExist(),
                        place -> assertThat(place).isEmptyDirectory());
    }

    private static List<Integer> ids(List<Prediction> tokens) {
        return tokens.stream().map(Prediction::id).toList();
    }

    @Test
    void aTextIsAskedAndAnsweredInVersion2() throws IOException {
        Captured result = wide("infer", "abz", "-o", path("o"));
        assertFine(result);
        TokenImage asked = TokenImage.read(folder.resolve("o/input_tokens.pxi"));
        assertThat(asked).isEqualTo(new TokenImage(PxiVersion.V2, new int[] {A, A + 1, A + 25}));
        PredictionImage image = PredictionImage.read(folder.resolve("o/output_token.pxi"));
        assertThat(image.version()).isEqualTo(PxiVersion.V2);
        assertThat(image.toPixels().height()).isEqualTo(2);
        assertThat(LogitsHeatmap.read(folder.resolve("o/logits_heatmap.pxi")).height())
                .isEqualTo(8192);
        Captured json =
                run("infer", "-i", path("o/input_tokens.pxi"), "-c", plain.toString(), "-o", path("p"), "--json");
        assertFine(json);
        JsonObject answer = JsonParser.parseString(json.out()).getAsJsonObject();
        assertThat(answer.getAsJsonArray("top_tokens").asList().stream().map(each -> each.getAsInt()))
                .containsExactlyElementsOf(ids(image.predictions()));
        assertThat(PredictionImage.read(folder.resolve("p/output_token.pxi"))).isEqualTo(image);
        assertThat(result.out()).contains("<" + image.predictions().getFirst().id() + ">");
    }

    @Test
    void aQuestionOfVersion1IsAnsweredInVersion1WhereTheIdsFit() throws IOException {
        assertFine(plain("infer", "-i", path("fits.pxi"), "-k", "1", "-o", path("o"), "--scores"));
        PredictionImage image = PredictionImage.read(folder.resolve("o/output_token.pxi"));
        assertThat(image.version()).isEqualTo(PxiVersion.V1);
        tokens("same.pxi", PxiVersion.V2, fits);
        assertFine(plain("infer", "-i", path("same.pxi"), "-k", "1", "-o", path("p"), "--scores"));
        assertThat(PredictionImage.read(folder.resolve("p/output_token.pxi"))).isEqualTo(image.in(PxiVersion.V2));
        assertThat(folder.resolve("o/logits_heatmap.pxi"))
                .hasSameBinaryContentAs(folder.resolve("p/logits_heatmap.pxi"));
        assertThat(ScoresImage.read(folder.resolve("o/prompt_scores.pxi")).version())
                .isEqualTo(PxiVersion.V1);
        assertThat(ScoresImage.read(folder.resolve("p/prompt_scores.pxi")).version())
                .isEqualTo(PxiVersion.V2);
    }

    @Test
    void aQuestionOfVersion1IsRefusedWhereTheyDoNot() {
        Captured result = plain("infer", "-i", path("exceeds.pxi"), "-k", "1", "-o", path("o"));
        assertRefused(result, "o", path("exceeds.pxi") + ": pixel 0: expected version 2", "found version 1", ADVICE);
    }

    @Test
    void aModelOfFewIdsRefusesVersion2() {
        for (String cartridge : List.of("default.pxi", "golden.pxi")) {
            Captured result = run(
                    "infer",
                    "-i",
                    path("wide.pxi"),
                    "-o",
                    path("o"),
                    "-c",
                    Captured.ROOT.resolve("cartridges").resolve(cartridge).toString());
            assertRefused(result, "o", "wide.pxi: pixel 0: expected version 1 in blue, found version 2");
        }
        assertRefused(run("generate", "-i", path("wide.pxi"), "-o", path("o")), "o", "found version 2");
        assertRefused(run("look", "-i", path("wide.pxi"), "-o", path("o")), "o", "found version 2");
    }

    @Test
    void aPredictionHasAtMostAsManyTokensAsAnImage() throws IOException {
        assertFine(plain("infer", "-i", path("wide.pxi"), "-k", "65535", "-o", path("o")));
        assertThat(PredictionImage.read(folder.resolve("o/output_token.pxi")).predictions())
                .hasSize(65_535);
        Captured more = plain("infer", "-i", path("wide.pxi"), "-k", "65536", "-o", path("o"));
        assertThat(more.code()).isEqualTo(ExitCode.USAGE.code());
        assertThat(more.err()).contains("-k: expected 1 to 65535, found 65536");
    }

    @Test
    void manyQuestionsAreEachAnsweredInItsVersion() throws IOException {
        Captured result = plain(
                "infer", "-i", path("wide.pxi"), path("fits.pxi"), path("exceeds.pxi"), "-k", "1", "-o", path("o"));
        assertThat(result.code()).isEqualTo(ExitCode.BAD_DATA.code());
        assertThat(result.out()).contains("2 answered", "1 refused");
        assertThat(result.err()).contains(path("exceeds.pxi") + ": pixel 0: expected version 2", ADVICE);
        assertThat(PredictionImage.read(folder.resolve("o/wide.output_token.pxi"))
                        .version())
                .isEqualTo(PxiVersion.V2);
        assertThat(PredictionImage.read(folder.resolve("o/fits.output_token.pxi"))
                        .version())
                .isEqualTo(PxiVersion.V1);
        assertThat(names("o")).noneMatch(name -> name.startsWith("exceeds"));
    }

    private List<String> names(String in) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(in))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aTextIsContinued() throws IOException {
        String[] how = {"-n", "9", "--temperature", "0", "--seed", "7", "--stream", "--scores", "-o"};
        Captured result = wide(with(how, path("o"), "generate", "abz"));
        assertFine(result);
        SequenceImage said = SequenceImage.read(folder.resolve("o/output_sequence.pxi"));
        assertThat(said.version()).isEqualTo(PxiVersion.V2);
        assertThat(said.tokens()).hasSize(9).anyMatch(each -> each.id() > PxiVersion.V1.maxId());
        ScoresImage scores = ScoresImage.read(folder.resolve("o/prompt_scores.pxi"));
        assertThat(ids(scores.tokens())).containsExactly(A, A + 1, A + 25);
        assertFine(wide(with(how, path("p"), "generate", "-i", path("o/input_tokens.pxi"))));
        assertThat(folder.resolve("p/output_sequence.pxi"))
                .hasSameBinaryContentAs(folder.resolve("o/output_sequence.pxi"));
        Captured watched = wide("watch", path("o/output_sequence.pxi"));
        assertThat(watched.out())
                .contains(
                        "9 tokens",
                        "stopped: length",
                        "<" + said.tokens().getFirst().id() + ">");
        assertThat(Captured.run(folder, true, "watch", path("o/output_sequence.pxi"), "-c", wide.toString())
                        .out())
                .contains("9 tokens");
        Captured decoded = wide("decode", path("o/output_sequence.pxi"), "--json");
        assertThat(JsonParser.parseString(decoded.out()).getAsJsonObject().getAsJsonArray("tokens").asList().stream()
                        .map(each -> each.getAsInt()))
                .containsExactlyElementsOf(ids(said.tokens()));
    }

    private static String[] with(String[] how, String place, String... args) {
        return Stream.of(Arrays.stream(args), Arrays.stream(how), Stream.of(place))
                .flatMap(each -> each)
                .toArray(String[]::new);
    }

    @Test
    void beamsAreSearched() throws IOException {
        assertFine(wide("generate", "ab", "-n", "3", "--beams", "4", "-o", path("o")));
        BeamsImage beams = BeamsImage.read(folder.resolve("o/output_beams.pxi"));
        assertThat(beams.version()).isEqualTo(PxiVersion.V2);
        assertThat(beams.beams()).hasSize(4);
        assertThat(SequenceImage.read(folder.resolve("o/output_sequence.pxi")).tokens())
                .isEqualTo(beams.beams().getFirst());
        assertThat(wide("decode", path("o/output_beams.pxi")).out())
                .contains("<" + beams.beams().getFirst().getFirst().id());
        Captured most = wide("generate", "ab", "-n", "1", "--beams", "256", "-o", path("p"));
        assertThat(most.code()).isEqualTo(ExitCode.USAGE.code());
        assertThat(most.err()).contains("--beams: expected 1 to 255, found 256");
    }

    @Test
    void version1IsRefusedBeforeManyTokensAreComputed() {
        for (String[] command : new String[][] {
            {"generate", "-n", "3"}, {"generate", "-n", "3", "--beams", "2"}, {"look"}, {"look", "--lens"}
        }) {
            Captured result = plain(with(new String[] {"-i", path("fits.pxi"), "-o"}, path("o"), command));
            assertRefused(
                    result,
                    "o",
                    path("fits.pxi") + ": pixel 0: expected version 2 in blue, since this model has 262144 token ids",
                    ADVICE);
        }
    }

    @Test
    void aModelIsLookedInto() {
        Captured result = wide("look", "abz", "-o", path("o"), "--json");
        assertFine(result);
        JsonObject seen = JsonParser.parseString(result.out()).getAsJsonObject();
        assertThat(seen.getAsJsonArray("tokens").asList().stream().map(each -> each.getAsInt()))
                .containsExactly(A, A + 1, A + 25);
        assertThat(seen.has("attention")).isTrue();
        assertThat(seen.has("lens")).isTrue();
    }

    @Test
    void filesAreToldComparedAndShown() throws IOException {
        assertFine(wide("encode", "abz", "-o", path("abz.pxi")));
        assertThat(TokenImage.read(folder.resolve("abz.pxi")).version()).isEqualTo(PxiVersion.V2);
        assertThat(wide("decode", path("abz.pxi")).out()).contains("3 tokens", "text  abz", String.valueOf(A + 25));
        assertThat(run("inspect", path("abz.pxi")).out()).contains("a token image", "tokens: 3", "version: 2");
        assertThat(run("inspect", wide.toString()).out()).contains("images of its tokens are of version 2");
        assertThat(run("inspect", path("fits.pxi")).out()).doesNotContain("version");
        assertFine(run("verify", path("abz.pxi")));
        assertFine(run("view", path("abz.pxi"), "-o", path("view.png")));
        tokens("narrow.pxi", PxiVersion.V1, 5, 6);
        tokens("same.pxi", PxiVersion.V2, 5, 6);
        assertThat(run("diff", path("narrow.pxi"), path("same.pxi"), "-o", path("d"))
                        .out())
                .contains("equal: false", "versions: 1 / 2", "other tokens: 0");
        tokens("high.pxi", PxiVersion.V2, 5, 65_542);
        assertThat(run("diff", path("high.pxi"), path("same.pxi"), "-o", path("d"))
                        .out())
                .contains("equal: false", "other tokens: 1");
        assertFine(wide("infer", "abz", "-o", path("o")));
        for (String name : List.of("output_token", "logits_heatmap")) {
            assertFine(run("inspect", path("o/" + name + ".pxi")));
            assertFine(run("verify", path("o/" + name + ".pxi")));
            assertThat(run("diff", path("o/" + name + ".pxi"), path("o/" + name + ".pxi"), "-o", path("d"))
                            .out())
                    .contains("equal: true");
        }
        assertThat(run("inspect", path("o/output_token.pxi")).out())
                .contains("kind: a prediction", "predictions: 5", "version: 2");
    }

    @Test
    void aHotFolderAnswersBothVersions() throws IOException {
        Path in = Files.createDirectory(folder.resolve("in"));
        for (String name : List.of("wide.pxi", "fits.pxi", "exceeds.pxi")) {
            Files.copy(folder.resolve(name), in.resolve(name));
        }
        // The low bytes of these ids are equal: so would be their requests, if ids were cut to two bytes.
        tokens("in/low.pxi", PxiVersion.V2, 5);
        tokens("in/high.pxi", PxiVersion.V2, 65_541);
        Captured result = plain("serve-folder", in.toString(), path("out"), "--once", "--settle", "0", "-k", "1");
        assertFine(result);
        assertThat(result.out()).contains("4 answered, 1 rejected");
        assertThat(folder.resolve("out/rejected/exceeds.txt")).content().contains("expected version 2", ADVICE);
        assertThat(PredictionImage.read(folder.resolve("out/wide.output_token.pxi"))
                        .version())
                .isEqualTo(PxiVersion.V2);
        assertThat(PredictionImage.read(folder.resolve("out/fits.output_token.pxi"))
                        .version())
                .isEqualTo(PxiVersion.V1);
        assertThat(PredictionImage.read(folder.resolve("out/low.output_token.pxi")))
                .isNotEqualTo(PredictionImage.read(folder.resolve("out/high.output_token.pxi")));
    }

    @Test
    void aHotFolderSpeaksVersion2Alone() throws IOException {
        Path in = Files.createDirectory(folder.resolve("in"));
        Files.copy(folder.resolve("wide.pxi"), in.resolve("wide.pxi"));
        Files.copy(folder.resolve("fits.pxi"), in.resolve("fits.pxi"));
        Captured result = plain(
                "serve-folder",
                in.toString(),
                path("out"),
                "--once",
                "--settle",
                "0",
                "--sequence",
                "-n",
                "4",
                "-k",
                "1");
        assertFine(result);
        assertThat(result.out()).contains("1 answered, 1 rejected");
        assertThat(folder.resolve("out/rejected/fits.txt")).content().contains("262144 token ids", ADVICE);
        SequenceImage said = SequenceImage.read(folder.resolve("out/wide.output_sequence.pxi"));
        assertThat(said.version()).isEqualTo(PxiVersion.V2);
        assertThat(said.tokens()).hasSize(4);
    }

    /** The kit on the command, with either executor that a CPU has. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void theKitPasses(String executor) throws IOException, InterruptedException {
        boolean asked = executor.equals("simd") || Boolean.getBoolean("pixelllm.long");
        assumeThat(asked)
                .as("the reference in the long form; WebGpuCommandTest compares it")
                .isTrue();
        Report report = Kit.test(
                new InferHere(folder, plain, executor),
                null,
                new Kit.Settings(WideModel.VOCABULARY, Kit.LIMIT, null),
                (done, of, run) -> {});
        assertThat(report.holds()).as(String.join("\n", report.words())).isTrue();
        assertThat(report.results()).allMatch(each -> each.tested() > 0);
        assertThat(report.results()).anyMatch(each -> each.check().name().equals("ANSWERS_VERSION_1"));
        assertThat(report.sheet().height()).isPositive();
    }
}
