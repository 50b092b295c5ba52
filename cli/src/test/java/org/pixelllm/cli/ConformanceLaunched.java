package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compliance kit tests our executors as it tests anybody's, through the launcher. Runs after packaging. */
class ConformanceLaunched {

    private static final Path ROOT =
            Path.of(System.getProperty("pixelllm.root")).toAbsolutePath();

    @TempDir
    private Path folder;

    private static String command(String executor, String cartridge) {
        return "\"" + ROOT.resolve("pixel-llm") + "\" infer -x " + executor + " -c \""
                + ROOT.resolve("cartridges").resolve(cartridge) + "\" -i {input} -o {output_dir}";
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
    void thePythonClientConforms() throws IOException, InterruptedException {
        String program =
                "\"" + Python.require() + "\" \"" + ROOT.resolve("pixel_llm/programs/pixellm_infer_pure.py") + "\"";
        Started python = start(
                "python",
                "--implementation",
                program + " -c \"" + ROOT.resolve("cartridges/golden.pxi") + "\" --input {input} --output {output_dir}",
                "--vocabulary",
                "256",
                "--golden",
                ROOT.resolve("cartridges/golden").toString());
        assertThat(python.report().getAsJsonArray("checks")).isNotEmpty();
    }
}
