package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngDecoder;
import org.pixelllm.protocol.png.PngLimits;

/** The machine in JavaScript, in Node and in a browser, beside the command. Runs after packaging. */
class WebLaunched {

    private static final Path ROOT =
            Path.of(System.getProperty("pixelllm.root")).toAbsolutePath();
    private static final Path WEB = ROOT.resolve("web");
    private static final Path MODULES = ROOT.resolve("cli/target/web-test");
    private static final String TEXT = "Once upon a time";

    @TempDir
    private Path folder;

    private record Result(int code, String out) {}

    private Result run(Map<String, String> environment, Path directory, String... command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().putAll(environment);
        return new Result(builder.start().waitFor(), Files.readString(out));
    }

    /** Skips, visibly, where something is missing; CI has all of it. */
    private static void require(boolean there, String what) {
        assertThat(there || !"true".equals(System.getenv("CI")))
                .as("CI has " + what)
                .isTrue();
        assumeThat(there)
                .as(what + " is there; without it this test is skipped")
                .isTrue();
    }

    private boolean has(String check) throws IOException, InterruptedException {
        return run(Map.of(), folder, "sh", "-c", check).code() == 0;
    }

    @Test
    void theMachineInNode() throws IOException, InterruptedException {
        require(has("node -e 'new DecompressionStream(\"deflate\")'"), "Node 18 or newer");
        Result result = run(Map.of(), WEB, "node", "--test", "--test-reporter=tap", "machine");
        assertThat(result.out()).contains("# fail 0", "# skipped 0");
        assertThat(result.code()).as(result.out()).isZero();
    }

    /** Long texts too, of which the model reads a part: names of images say so. */
    @Test
    void imagesOfAWideVocabularyInNode() throws IOException, InterruptedException, PxiException {
        require(has("node -e 'new DecompressionStream(\"deflate\")'"), "Node 18 or newer");
        Path wide = folder.resolve("wide.pxi");
        WideModel.writeWithLetters(wide);
        for (String words : List.of("infer abcxyzabcabcabcabc", "generate abcxyzabcabcabcabc -n 5 --seed 7")) {
            Path expected = Files.createTempDirectory(folder, "expected");
            Path found = Files.createTempDirectory(folder, "found");
            List<String> line = new ArrayList<>(List.of(words.split(" ")));
            line.addAll(List.of("-c", wide.toString(), "-o"));
            pixelLlm(
                    Stream.concat(line.stream(), Stream.of(expected.toString())).toArray(String[]::new));
            Result result = run(
                    Map.of(),
                    WEB,
                    Stream.of(Stream.of("node", "node.js"), line.stream(), Stream.of(found.toString()))
                            .flatMap(each -> each)
                            .toArray(String[]::new));
            assertThat(result.code()).as(result.out()).isZero();
            assertSameImages(expected, found);
        }
    }

    /** The same files, but for a heat map that is not stored but compressed: the same pixels and texts. */
    private static void assertSameImages(Path expected, Path found) throws IOException, PxiException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(expected)) {
            files = listed.filter(each -> each.toString().endsWith(".pxi")).toList();
        }
        assertThat(files).hasSizeGreaterThan(1);
        for (Path file : files) {
            Path other = found.resolve(file.getFileName());
            if (file.endsWith("logits_heatmap.pxi")) {
                Png one = PngDecoder.decode(ByteBuffer.wrap(Files.readAllBytes(file)), "one", PngLimits.PROTOCOL);
                Png two = PngDecoder.decode(ByteBuffer.wrap(Files.readAllBytes(other)), "two", PngLimits.PROTOCOL);
                assertThat(two.pixels().rgb()).isEqualTo(one.pixels().rgb());
                assertThat(two.text()).isEqualTo(one.text());
            } else {
                assertThat(other).hasSameBinaryContentAs(file);
            }
        }
    }

    @Test
    void thePageInABrowser() throws IOException, InterruptedException {
        Optional<String> browser = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .filter(each -> Files.isExecutable(Path.of(each)))
                .findFirst();
        require(browser.isPresent(), "Chromium");
        require(has("command -v npm") && fetchPackages(), "npm, and what it fetches");
        Path page = folder.resolve("page.html");
        Path site = folder.resolve("site");
        Path expected = folder.resolve("expected");
        pixelLlm("page", "-o", page.toString());
        pixelLlm("page", "-o", site.toString());
        pixelLlm("infer", TEXT, "-o", expected.toString());
        pixelLlm("look", TEXT, "--attention", "3,0", "-o", expected.toString());
        Map<String, String> environment = Map.of(
                "PAGE", page.toString(),
                "FOLDER", site.toString(),
                "EXPECTED", expected.toString(),
                "MODULES", MODULES.resolve("node_modules").toString(),
                "CHROMIUM", browser.orElseThrow(),
                "TEXT", TEXT);
        Result result = run(environment, WEB, "node", "--test", "--test-reporter=tap", "test/page.test.js");
        assertThat(result.out()).contains("# fail 0", "# skipped 0");
        assertThat(result.code()).as(result.out()).isZero();
    }

    private void pixelLlm(String... words) throws IOException, InterruptedException {
        String[] command = Stream.concat(Stream.of(ROOT.resolve("pixel-llm").toString()), Stream.of(words))
                .toArray(String[]::new);
        Result result = run(Map.of(), folder, command);
        assertThat(result.code()).as(result.out()).isZero();
    }

    /** What the test of the page needs, by version and hash; kept for the next build. */
    private boolean fetchPackages() throws IOException, InterruptedException {
        Files.createDirectories(MODULES);
        for (String name : List.of("package.json", "package-lock.json")) {
            Path from = WEB.resolve("test").resolve(name);
            Path to = MODULES.resolve(name);
            if (Files.exists(to) && Files.mismatch(from, to) < 0) {
                continue;
            }
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
            Files.deleteIfExists(MODULES.resolve("node_modules/.package-lock.json"));
        }
        return Files.exists(MODULES.resolve("node_modules/.package-lock.json"))
                || run(
                                        Map.of(),
                                        MODULES,
                                        "npm",
                                        "ci",
                                        "--ignore-scripts",
                                        "--no-audit",
                                        "--no-fund",
                                        "--prefer-offline")
                                .code()
                        == 0;
    }
}
