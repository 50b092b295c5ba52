package org.pixelllm.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.cli.Captured;
import org.pixelllm.cli.Main;
import org.pixelllm.cli.WideModel;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.conformance.kit.Implementation;
import org.pixelllm.conformance.kit.Kit;
import org.pixelllm.conformance.kit.Report;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.executor.ExecutorProvider;
import org.pixelllm.webgpu.Adapters;
import org.pixelllm.webgpu.WebGpuProvider;

/** {@code -x webgpu} gives the reference's images within one, or says that there is no GPU: never anything else. */
class WebGpuCommandTest {

    private static final Offset<Integer> ONE = Offset.offset(1);

    @TempDir
    private Path folder;

    private Captured infer(String executor, String cartridge, String text) {
        return Captured.run(
                folder,
                "infer",
                text,
                "-x",
                executor,
                "-c",
                Captured.ROOT.resolve("cartridges").resolve(cartridge).toString(),
                "-o",
                folder.resolve(executor).toString());
    }

    @Test
    void theImagesAreTheReferencesWithinOne() throws IOException {
        Captured devices = Captured.run(folder, "devices", "--json");
        for (String cartridge : List.of("golden.pxi", "default.pxi")) {
            for (String text : List.of("This is the", "Once upon a ti", "T", "Łódź 🌶")) {
                Captured found = infer("webgpu", cartridge, text);
                if (devices.code() == ExitCode.UNAVAILABLE.code()) {
                    assertThat(found.code()).isEqualTo(ExitCode.UNAVAILABLE.code());
                    assertThat(found.err()).startsWith("pixel-llm: there is no");
                    Assumptions.abort("skipped: " + found.err());
                }
                assertThat(found.code()).as(found.err()).isZero();
                assertThat(infer("reference", cartridge, text).code()).isZero();
                compare(cartridge + ": " + text);
            }
        }
    }

    /** The engine with a device that stays open, in place of a command for each file, which would compile its kernels anew. */
    private record Engine(PixelLlm model) implements Implementation {

        private static final int TOP = 5;

        @Override
        public String name() {
            return model.executor().executor().name();
        }

        @Override
        public Outcome run(Path input, Path outputs, Duration limit) throws IOException {
            try {
                Answer answer = model.predict(TokenImage.read(input), TOP, input.toString());
                PredictionImage prediction = answer.prediction(TOP, input.toString());
                answer.heatmap().write(outputs.resolve("logits_heatmap.pxi"), Map.of());
                prediction.write(outputs.resolve("output_token.pxi"), Map.of());
                return new Outcome(true, 0, "");
            } catch (PxiException e) {
                return new Outcome(true, 65, String.valueOf(e.getMessage()));
            }
        }
    }

    /** The pixels of version 2 are drawn on the GPU, too. */
    @Test
    void theKitPassesWithAWideVocabulary() throws IOException, InterruptedException {
        Captured devices = Captured.run(folder, "devices", "--json");
        Assumptions.assumeTrue(devices.code() == 0, "skipped: " + devices.err());
        Path cartridge = folder.resolve("wide.pxi");
        WideModel.write(cartridge);
        try (PixelLlm model = PixelLlm.open(cartridge, new ExecutorChoice("webgpu", 1));
                PixelLlm reference = PixelLlm.open(cartridge, new ExecutorChoice("reference", 1))) {
            Report report = Kit.test(
                    new Engine(model),
                    new Engine(reference),
                    new Kit.Settings(WideModel.VOCABULARY, Kit.LIMIT, null),
                    (done, of, run) -> {});
            assertThat(report.holds()).as(String.join("\n", report.words())).isTrue();
            assertThat(report.results()).allMatch(each -> each.tested() > 0);
        }
    }

    @Test
    void aLargeCartridgeStaysOnTheCpuWithoutAGpu() {
        Assumptions.assumeFalse(Adapters.mayHaveGpu(), "there may be a GPU");

        ExecutorProvider.Verdict verdict = new WebGpuProvider().suits(WebGpuProvider.LARGE_BYTES);

        assertThat(verdict).isEqualTo(ExecutorProvider.Verdict.no("there is no GPU"));
    }

    /** A plain answer should not pay for a GPU: the provider is asked, and nothing else of the GPU is loaded. */
    @Test
    void aSmallCartridgeLoadsNothingOfTheGpu() throws IOException, InterruptedException {
        Path log = folder.resolve("classes.txt");
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + log,
                        "-Dpixelllm.home=" + Captured.ROOT,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "T",
                        "-o",
                        folder.resolve("out").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said.txt").toFile())
                .start();
        assertThat(java.waitFor())
                .as(Files.readString(folder.resolve("said.txt")))
                .isZero();
        List<String> loaded = Files.readAllLines(log).stream()
                .map(line -> line.replaceAll(".*\\] (\\S+) source.*", "$1"))
                .filter(name -> name.startsWith("org.pixelllm.webgpu."))
                .toList();
        assertThat(loaded)
                .contains("org.pixelllm.webgpu.WebGpuProvider")
                .allMatch(name -> name.endsWith("Provider") || name.endsWith("Exception"));
    }

    @Test
    void anUnknownExecutorIsAnsweredWithTheNamesThatThereAre() {
        Captured found = infer("foo", "golden.pxi", "T");

        assertThat(found.code()).isEqualTo(ExitCode.USAGE.code());
        assertThat(found.err()).contains("'foo'").contains("auto, fastest, reference, simd, webgpu");
    }

    private void compare(String what) throws IOException {
        List<Prediction> wanted = PredictionImage.read(folder.resolve("reference/output_token.pxi"))
                .predictions();
        List<Prediction> given =
                PredictionImage.read(folder.resolve("webgpu/output_token.pxi")).predictions();
        assertThat(given).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            assertThat(given.get(i).id()).as(what).isEqualTo(wanted.get(i).id());
            assertThat(given.get(i).confidence())
                    .as(what)
                    .isCloseTo(wanted.get(i).confidence(), ONE);
        }
        LogitsHeatmap greys = LogitsHeatmap.read(folder.resolve("reference/logits_heatmap.pxi"));
        LogitsHeatmap found = LogitsHeatmap.read(folder.resolve("webgpu/logits_heatmap.pxi"));
        for (int id = 0; id < greys.width() * greys.height(); id++) {
            assertThat(found.value(id)).as("%s, id %d", what, id).isCloseTo(greys.value(id), ONE);
        }
    }
}
