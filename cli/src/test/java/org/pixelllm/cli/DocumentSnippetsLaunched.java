package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.protocol.images.CharacterTokens;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;

/** Every snippet of the protocol document, verbatim and in its order, against the engine. Runs after packaging. */
class DocumentSnippetsLaunched {

    private static final Path ROOT =
            Path.of(System.getProperty("pixelllm.root")).toAbsolutePath().normalize();
    private static final Path DOCUMENT = ROOT.resolveSibling("shared/PIXEL_PROTOCOL_v1.md");

    /** The document's heat map snippet draws logits that it has from elsewhere. */
    private static final String LOGITS = """
            logits = [i * 7919 % 1009 for i in range(1024)]
            """;

    /** The document compares two implementations: here two executors. */
    private static final String IMPLEMENTATIONS = """
            import shutil, subprocess

            def run(executor, tokens, output):
                subprocess.run(["./pixel-llm", "infer", "-i", tokens, "-o", executor, "-x", executor], check=True)
                shutil.copy(executor + "/output_token.pxi", output)

            def run_implementation_a(tokens):
                run("reference", tokens, "output_a.pxi")

            def run_implementation_b(tokens):
                run("simd", tokens, "output_b.pxi")

            """;

    @TempDir
    private Path temporary;

    private List<Snippet> snippets = List.of();
    private SnippetCheckout checkout;

    @BeforeEach
    void readDocument() throws IOException, InterruptedException {
        assumeThat(DOCUMENT)
                .as("the protocol document, in a folder shared/ beside the repository; without it this test is skipped")
                .exists();
        snippets = Snippet.of(Files.readString(DOCUMENT));
        checkout = new SnippetCheckout(ROOT, temporary, Python.require());
    }

    @Test
    void allAreFound() {
        assertThat(snippets)
                .extracting(Snippet::language)
                .containsExactly(
                        "python", "python", "python", "python", "python", "bash", "bash", "bash", "python", "bash",
                        "bash", "python");
    }

    @Test
    void eachRunsAndDoesWhatTheDocumentSays() throws IOException, InterruptedException {
        Iterator<Snippet> next = snippets.iterator();

        checkout.run(next.next(), "");
        assertTokens("input_tokens.pxi", "text");
        createsManually(next.next());

        // The document decodes a file that is there: the engine's answer to those tokens.
        checkout.engine("-i", "input_tokens.pxi", "-o", ".");
        checkout.run(next.next(), "");
        decodesManually(next.next());

        drawsLogits(next.next());

        checkout.run(next.next(), "");
        assertTokens("input_tokens.pxi", "pxOS evolution");
        invokes(next.next());
        checkout.run(next.next(), ""); // comments that name the outputs
        assertThat(checkout.file("pixel_llm/outputs/output_token.pxi")).exists();
        assertThat(checkout.file("pixel_llm/outputs/logits_heatmap.pxi")).exists();

        queries(next.next());
        batches(next.next());
        debugsVisually(next.next());
        compares(next.next());
        assertThat(next).isExhausted();
    }

    private void createsManually(Snippet snippet) throws IOException, InterruptedException {
        checkout.run(snippet, "");
        assertTokens("input_tokens.pxi", "pxOS");
    }

    private void decodesManually(Snippet snippet) throws IOException, InterruptedException {
        String expected = prediction("output_token.pxi").predictions().stream()
                .map(each -> String.format(Locale.ROOT, "Token %d: %.3f%n", each.id(), each.probability()))
                .collect(Collectors.joining());
        assertThat(checkout.run(snippet, "")).isEqualTo(expected);
    }

    private void drawsLogits(Snippet snippet) throws IOException, InterruptedException {
        checkout.run(snippet, LOGITS);
        float[] logits = new float[1024];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = i * 7919 % 1009;
        }
        assertThat(LogitsHeatmap.read(checkout.file("logits_heatmap.pxi"))).isEqualTo(LogitsHeatmap.of(logits));
    }

    private void invokes(Snippet snippet) throws IOException, InterruptedException {
        forgetOutputs();
        checkout.run(snippet, "");
        assertAnswers("input_tokens.pxi", "pixel_llm/outputs/output_token.pxi");
        assertThat(LogitsHeatmap.read(checkout.file("pixel_llm/outputs/logits_heatmap.pxi")))
                .isEqualTo(LogitsHeatmap.read(checkout.file("engine/logits_heatmap.pxi")));
    }

    private void queries(Snippet snippet) throws IOException, InterruptedException {
        forgetOutputs();
        String said = checkout.run(snippet, "");
        assertTokens("query.pxi", "modular architecture");
        Prediction best = assertAnswers("query.pxi", "pixel_llm/outputs/output_token.pxi");
        assertThat(said).endsWith("Pixel-LLM suggests token: " + best.id() + "\n");
    }

    private void batches(Snippet snippet) throws IOException, InterruptedException {
        forgetOutputs();
        checkout.run(snippet, "");
        for (String text : List.of("option_a", "option_b", "option_c")) {
            assertTokens(text + ".pxi", text);
            assertAnswers(text + ".pxi", text + "_result.pxi");
        }
        assertThat(checkout.opened())
                .containsExactly("option_a_result.pxi", "option_b_result.pxi", "option_c_result.pxi");
    }

    private void debugsVisually(Snippet snippet) throws IOException, InterruptedException {
        forgetOutputs();
        checkout.run(snippet, "");
        assertTokens("pixel_llm/outputs/input_tokens.pxi", "pxOS hypervisor");
        assertAnswers("pixel_llm/outputs/input_tokens.pxi", "pixel_llm/outputs/output_token.pxi");
        assertThat(checkout.opened()).endsWith("pixel_llm/outputs/logits_heatmap.pxi");
    }

    private void compares(Snippet snippet) throws IOException, InterruptedException {
        checkout.run(snippet, IMPLEMENTATIONS);
        assertTokens("test_in.pxi", "test");
        assertAnswers("test_in.pxi", "output_a.pxi");
    }

    /** Otherwise a call that fails unseen would seem to have answered. */
    private void forgetOutputs() throws IOException {
        for (String name : List.of("output_token.pxi", "logits_heatmap.pxi")) {
            Files.deleteIfExists(checkout.file("pixel_llm/outputs").resolve(name));
        }
    }

    private void assertTokens(String file, String text) throws IOException {
        assertThat(TokenImage.read(checkout.file(file))).isEqualTo(new TokenImage(CharacterTokens.encode(text)));
    }

    /** Checks that a prediction is the engine's for these tokens, and gives its best. */
    private Prediction assertAnswers(String tokens, String file) throws IOException, InterruptedException {
        checkout.engine("-i", tokens, "-o", "engine");
        PredictionImage found = prediction(file);
        assertThat(found).isEqualTo(prediction("engine/output_token.pxi"));
        return found.predictions().getFirst();
    }

    private PredictionImage prediction(String file) throws IOException {
        return PredictionImage.read(checkout.file(file));
    }

    /** One of the document's snippets, by a part of it. */
    private Snippet with(String part) {
        return snippets.stream()
                .filter(each -> each.text().contains(part))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aComparisonThatCannotHoldIsSeen() {
        Snippet edited = with("run_implementation_a").edited("< 0.1", "< -1");
        assertThatThrownBy(() -> compares(edited))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("line " + edited.line())
                .hasMessageContaining("AssertionError");
    }

    @Test
    void anotherVersionIsRefusedByTheEngine() throws IOException, InterruptedException {
        checkout.run(with("img[0, 0] = ").edited("n // 256, 1)", "n // 256, 2)"), "");
        assertThatThrownBy(() -> invokes(with("--input input_tokens.pxi")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("version 2");
        assertThat(checkout.file("pixel_llm/outputs/output_token.pxi")).doesNotExist();
    }

    @Test
    void otherTokensThanTheDocumentSaysAreSeen() {
        Snippet edited = with("img[0, 0] = ").edited("79, 83]", "79, 84]");
        assertThatThrownBy(() -> createsManually(edited)).isInstanceOf(AssertionError.class);
    }

    @Test
    void anotherScaleOfProbabilitiesIsSeen() throws IOException, InterruptedException {
        checkout.engine("text", "-o", ".");
        Snippet edited = with("/ 255.0").edited("/ 255.0", "/ 256.0");
        assertThatThrownBy(() -> decodesManually(edited)).isInstanceOf(AssertionError.class);
        decodesManually(with("/ 255.0"));
    }

    /** The document's subprocess.run does not look at the exit code; the missing output is seen all the same. */
    @Test
    void aCallThatFailsUnseenIsSeen() {
        Snippet edited =
                with("# 2. Invoke (black box)").edited("\"--input\", \"query.pxi\"", "\"--input\", \"none.pxi\"");
        assertThatThrownBy(() -> queries(edited))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no such file");
    }

    @Test
    void aPictureThatIsNotThereCannotBeOpened() {
        Snippet edited = with("pxOS hypervisor").edited("outputs/logits_heatmap.pxi", "outputs/logits_map.pxi");
        assertThatThrownBy(() -> debugsVisually(edited)).isInstanceOf(AssertionError.class);
    }
}
