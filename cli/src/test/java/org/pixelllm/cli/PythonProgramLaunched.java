package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.protocol.images.CharacterTokens;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;

/** The Python program does what the launcher does. Runs after packaging. */
class PythonProgramLaunched {

    private static final Path ROOT =
            Path.of(System.getProperty("pixelllm.root")).toAbsolutePath().normalize();
    private static final String PROGRAM = "python3 pixel_llm/programs/pixellm_infer_pure.py ";
    private static final String OUTPUTS = "pixel_llm/outputs/";

    @TempDir
    private Path temporary;

    private SnippetCheckout checkout;

    @BeforeEach
    void makeCheckout() throws IOException, InterruptedException {
        checkout = new SnippetCheckout(ROOT, temporary, Python.require());
    }

    private String shell(String line) throws IOException, InterruptedException {
        return checkout.run(new Snippet(1, "bash", line), "");
    }

    private byte[] output(String name) throws IOException {
        return Files.readAllBytes(checkout.file(OUTPUTS + name));
    }

    @Test
    void thePagesFiveLinesRun() throws IOException, InterruptedException {
        List<Snippet> page = Snippet.of(Files.readString(ROOT.resolve("docs/python.md")));
        assertThat(page).extracting(Snippet::language).containsExactly("python");

        String said = checkout.run(page.getFirst(), "");

        PredictionImage prediction = PredictionImage.read(checkout.file(OUTPUTS + "output_token.pxi"));
        assertThat(said)
                .contains("'top_token': " + prediction.predictions().getFirst().id() + ",");
    }

    @Test
    void itWritesAndSaysWhatTheLauncherDoes() throws IOException, InterruptedException {
        String said = shell(PROGRAM + "'pxOS é🚀'");
        List<String> names = List.of("input_tokens.pxi", "output_token.pxi", "logits_heatmap.pxi");
        List<byte[]> written = List.of(output(names.get(0)), output(names.get(1)), output(names.get(2)));
        assertThat(TokenImage.read(checkout.file(OUTPUTS + names.getFirst())))
                .isEqualTo(new TokenImage(CharacterTokens.encode("pxOS é🚀")));

        assertThat(withoutTime(checkout.engine("pxOS é🚀"))).isEqualTo(withoutTime(said));
        for (int i = 0; i < written.size(); i++) {
            assertThat(output(names.get(i))).as(names.get(i)).isEqualTo(written.get(i));
        }
    }

    private static String withoutTime(String said) {
        return said.replaceAll("executor, .*", "executor");
    }

    @Test
    void fromAnyFolderItsImagesGoToTheCheckout() throws IOException, InterruptedException {
        shell("mkdir elsewhere && cd elsewhere && python3 ../pixel_llm/programs/pixellm_infer_pure.py text");

        assertThat(checkout.file(OUTPUTS + "output_token.pxi")).exists();
        assertThat(checkout.file("elsewhere")).isEmptyDirectory();
    }

    /** A fault's words and exit code are the engine's. */
    @Test
    void faultsGoThrough() throws IOException, InterruptedException {
        Files.writeString(checkout.file("page.pxi"), "<html>");
        for (String words : List.of("-i none.pxi", "-i page.pxi", "-c none.pxi text", "''")) {
            String python = shell(PROGRAM + words + " 2>&1 || echo $?");
            assertThat(python).isEqualTo(shell("./pixel-llm infer " + words + " 2>&1 || echo $?"));
            assertThat(python).as(words).containsPattern("\n6[56]\n$");
        }
    }
}
