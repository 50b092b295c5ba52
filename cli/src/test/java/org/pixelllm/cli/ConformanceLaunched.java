package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.conformance.kit.CommandImplementation;
import org.pixelllm.conformance.kit.Implementation;
import org.pixelllm.conformance.kit.Kit;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngDecoder;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.protocol.png.PngLimits;

/**
 * The compliance kit tests our executors as it tests anybody's, through the launcher: hundreds of processes, so only in
 * {@code ./build -Plong}. Each build starts a few, and {@link ConformanceTest} runs the kit in one process. Runs after
 * packaging.
 */
class ConformanceLaunched {

    private static final Path ROOT =
            Path.of(System.getProperty("pixelllm.root")).toAbsolutePath();

    private static final String LONG = "pixelllm.long";

    @TempDir
    private Path folder;

    private static String command(String executor, String cartridge) {
        return "\"" + ROOT.resolve("pixel-llm") + "\" infer -x " + executor + " -c \""
                + ROOT.resolve("cartridges").resolve(cartridge) + "\" -i {input} -o {output_dir}";
    }

    /** The Python client with the golden cartridge. */
    private static String python() throws InterruptedException {
        return "\"" + Python.require() + "\" \"" + ROOT.resolve("pixel_llm/programs/pixellm_infer_pure.py") + "\" -c \""
                + ROOT.resolve("cartridges/golden.pxi") + "\" --input {input} --output {output_dir}";
    }

    /** The machine in JavaScript. */
    private static String javaScript(Path cartridge) {
        return "node \"" + ROOT.resolve("web/node.js") + "\" infer -c \"" + cartridge + "\" -i {input} -o {output_dir}";
    }

    private static boolean hasNode() throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "node -e 'new DecompressionStream(\"deflate\")' 2>/dev/null")
                        .start()
                        .waitFor()
                == 0;
    }

    private static List<Integer> ids(Path prediction) throws IOException {
        return PredictionImage.read(prediction).predictions().stream()
                .map(Prediction::id)
                .toList();
    }

    /** A golden request is answered as the golden file says; a file of an unknown version is refused. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd", "python", "javascript"})
    void oneIsAnsweredAndOneIsRefused(String which) throws IOException, InterruptedException {
        String command = switch (which) {
            case "python" -> python();
            case "javascript" -> javaScript(ROOT.resolve("cartridges/golden.pxi"));
            default -> command(which, "golden.pxi");
        };
        assumeThat(!which.equals("javascript") || hasNode())
                .as("Node 18 or newer is there; without it this test is skipped")
                .isTrue();
        CommandImplementation implementation = new CommandImplementation(command, folder);
        Path golden = ROOT.resolve("cartridges/golden");
        Path answer = Files.createDirectory(folder.resolve("an answer"));
        Implementation.Outcome good = implementation.run(golden.resolve("pxos.input_tokens.pxi"), answer, Kit.LIMIT);
        assertThat(good.code()).as(good.lastWords()).isZero();
        assertThat(ids(answer.resolve("output_token.pxi"))).isEqualTo(ids(golden.resolve("pxos.output_token.pxi")));

        byte[] bytes = new TokenImage(new int[] {1, 2, 3}).toPng(Map.of());
        Pixels pixels = PngDecoder.decode(ByteBuffer.wrap(bytes), "tokens", PngLimits.PROTOCOL)
                .pixels();
        pixels.set(0, 0, 3, 0, 9);
        Path unknown = Files.write(folder.resolve("version 9.pxi"), PngEncoder.encode(pixels, Map.of()));
        Path nothing = Files.createDirectory(folder.resolve("nothing"));
        Implementation.Outcome bad = implementation.run(unknown, nothing, Kit.LIMIT);
        assertThat(bad.ended()).isTrue();
        assertThat(bad.code()).isEqualTo(ExitCode.BAD_DATA.code());
        assertThat(bad.lastWords()).contains("version 9");
        assertThat(nothing).isEmptyDirectory();
    }

    /** The kit itself through the launcher, on something that refuses every file. */
    @Test
    void theCommandReportsWhatDoesNotConform() throws IOException, InterruptedException {
        Started refuses = start("refuses", "--implementation", "sh -c 'exit 3' {input} {output_dir}");
        assertThat(refuses.process().waitFor()).isEqualTo(ExitCode.DOES_NOT_CONFORM.code());
        JsonObject report =
                JsonParser.parseString(Files.readString(refuses.out())).getAsJsonObject();
        assertThat(report.get("holds").getAsBoolean()).isFalse();
    }

    /** One run of the kit, started. */
    private record Started(Process process, Path out) {

        JsonObject report() throws IOException, InterruptedException {
            int code = process.waitFor();
            String said = Files.readString(out);
            assertThat(code).as(said).isZero();
            return JsonParser.parseString(said).getAsJsonObject();
        }
    }

    private Started start(String name, String... options) throws IOException {
        List<String> line = new ArrayList<>(List.of(ROOT.resolve("pixel-llm").toString(), "conformance", "--json"));
        line.addAll(List.of(options));
        Path out = folder.resolve(name);
        Process process = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        return new Started(process, out);
    }

    @Test
    @EnabledIfSystemProperty(named = LONG, matches = "true")
    void theGoldenCartridgeConformsOnEachExecutor() throws IOException, InterruptedException {
        List<Started> all = new ArrayList<>();
        for (String executor : List.of("reference", "simd")) {
            all.add(start(
                    executor,
                    "--implementation",
                    command(executor, "golden.pxi"),
                    "--vocabulary",
                    "256",
                    "--golden",
                    ROOT.resolve("cartridges/golden").toString()));
        }
        for (Started each : all) {
            assertThat(each.report().getAsJsonArray("checks"))
                    .allSatisfy(check -> assertThat(
                                    check.getAsJsonObject().get("tested").getAsInt())
                            .isPositive());
        }
    }

    @Test
    @EnabledIfSystemProperty(named = LONG, matches = "true")
    void theShippedCartridgeConformsAndTheExecutorsAgree() throws IOException, InterruptedException {
        String reference = command("reference", "default.pxi");
        String simd = command("simd", "default.pxi");
        Path reports = folder.resolve("out");
        // The one that starts in less time is given the refusals too.
        Started compared =
                start("compared", "--implementation", reference, "--against", simd, "--report", reports.toString());

        assertThat(compared.report().getAsJsonArray("checks"))
                .anySatisfy(
                        check -> assertThat(check.getAsJsonObject().get("name").getAsString())
                                .isEqualTo("SIMILAR_TO_OTHER"));
        assertThat(reports.resolve("conformance.png")).exists();
    }

    @Test
    @EnabledIfSystemProperty(named = LONG, matches = "true")
    void thePythonClientConforms() throws IOException, InterruptedException {
        Started python = start(
                "python",
                "--implementation",
                python(),
                "--vocabulary",
                "256",
                "--golden",
                ROOT.resolve("cartridges/golden").toString());
        assertThat(python.report().getAsJsonArray("checks")).isNotEmpty();
    }

    /** In both versions of the images. */
    @Test
    @EnabledIfSystemProperty(named = LONG, matches = "true")
    void theMachineInJavaScriptConforms() throws IOException, InterruptedException {
        assumeThat(hasNode())
                .as("Node 18 or newer is there; without it this test is skipped")
                .isTrue();
        Path wide = folder.resolve("wide.pxi");
        WideModel.write(wide);
        Started narrow = start(
                "javascript",
                "--implementation",
                javaScript(ROOT.resolve("cartridges/golden.pxi")),
                "--vocabulary",
                "256",
                "--golden",
                ROOT.resolve("cartridges/golden").toString());
        Started other = start(
                "wide", "--implementation", javaScript(wide), "--vocabulary", String.valueOf(WideModel.VOCABULARY));
        assertThat(narrow.report().getAsJsonArray("checks")).isNotEmpty();
        assertThat(other.report().getAsJsonArray("checks")).isNotEmpty();
    }
}
