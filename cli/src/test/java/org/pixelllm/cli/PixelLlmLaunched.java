package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;

/** The launcher, the jar and the shipped cartridge as processes of their own. Runs after packaging. */
class PixelLlmLaunched {

    private static final Path ROOT =
            Path.of(System.getProperty("pixelllm.root")).toAbsolutePath();
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String JAR = ROOT.resolve("cli/target/pixel-llm.jar").toString();

    @TempDir
    private Path folder;

    private record Result(int code, String out, String err) {}

    private Result run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("stdout.txt");
        Path err = folder.resolve("stderr.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        return new Result(code, Files.readString(out), Files.readString(err));
    }

    private Result launch(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(ROOT.resolve("pixel-llm").toString()));
        command.addAll(List.of(args));
        return run(Map.of(), command.toArray(String[]::new));
    }

    @Test
    void theReadmesCommandAnswers() throws IOException, InterruptedException {
        Result result = launch("pxOS evolution");
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).contains("simd executor", "output_token.pxi");
        Path outputs = folder.resolve("pixel_llm/outputs");
        assertThat(TokenImage.read(outputs.resolve("input_tokens.pxi")).count()).isEqualTo(14);
        assertThat(PredictionImage.read(outputs.resolve("output_token.pxi")).predictions())
                .hasSize(5);
        assertThat(outputs.resolve("logits_heatmap.pxi")).exists();
    }

    /** The first call makes the class cache, the second one cannot do without it. */
    @Test
    void aCheckoutInAFolderWithASpaceAnswersTwice() throws IOException, InterruptedException {
        Path checkout = folder.resolve("it's a \"check out\"");
        for (String file : List.of(
                "pixel-llm",
                "tools/jdk.sh",
                "tools/launcher.conf",
                "cartridges/default.pxi",
                "cli/target/pixel-llm.jar")) {
            Files.createDirectories(checkout.resolve(file).getParent());
            Files.copy(ROOT.resolve(file), checkout.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        String[] command = {checkout.resolve("pixel-llm").toString(), "it's \"pxOS\" * ", "-o", "an answer"};
        Result first = run(Map.of(), command);
        assertThat(first.code()).as(first.err()).isZero();
        Path cache = checkout.resolve("cli/target/pixel-llm-quick.aot");
        for (int i = 0; i < 6000 && (!Files.exists(cache) || Files.exists(Path.of(cache + ".lock"))); i++) {
            Thread.sleep(10);
        }
        Result second = run(Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=on"), command);
        assertThat(second.code()).as(second.err()).isZero();
        assertThat(second.out().lines().limit(5))
                .containsExactlyElementsOf(first.out().lines().limit(5).toList());
        assertThat(TokenImage.read(folder.resolve("an answer/input_tokens.pxi")).count())
                .isEqualTo("it's \"pxOS\" * ".length());
        Result third = run(Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load"), command);
        assertThat(third.out().lines().filter(line -> line.contains("org.pixelllm") && line.contains("source: file:")))
                .as("classes that a plain answer does not find in the cache")
                .isEmpty();
    }

    /** The file is the caller's, opened to append: it is neither replaced nor cut. */
    @Test
    void whatGoesToStandardOutputIsAppended() throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        String encode = "\"$0\" encode \"$1\" -o /dev/stdout >> log";
        Result first =
                run(Map.of(), "sh", "-c", encode, ROOT.resolve("pixel-llm").toString(), "one");
        assertThat(first.code()).as(first.err()).isZero();
        byte[] one = Files.readAllBytes(log);
        Result second =
                run(Map.of(), "sh", "-c", encode, ROOT.resolve("pixel-llm").toString(), "another");
        assertThat(second.code()).as(second.err()).isZero();
        byte[] both = Files.readAllBytes(log);
        assertThat(both).startsWith(one).hasSizeGreaterThan(one.length);
        Files.write(log, Arrays.copyOfRange(both, one.length, both.length));
        assertThat(TokenImage.read(log).count()).isEqualTo("another".length());
    }

    @Test
    void simdRunsWithItsModuleAndWithoutAndGivesTheSameBytes() throws IOException, InterruptedException {
        Result simd = launch("pxO", "-x", "simd", "-o", folder.resolve("simd").toString());
        assertThat(simd.code()).as(simd.err()).isZero();
        assertThat(simd.out()).contains("simd executor");
        Result plain = run(
                Map.of(),
                JAVA,
                "-Dpixelllm.home=" + ROOT,
                "-jar",
                JAR,
                "pxO",
                "-x",
                "simd",
                "-o",
                folder.resolve("plain").toString());
        assertThat(plain.code()).as(plain.err()).isZero();
        assertThat(plain.out()).contains("simd executor");
        assertThat(plain.err()).isEmpty();
        for (String image : List.of("output_token.pxi", "logits_heatmap.pxi")) {
            assertThat(folder.resolve("plain").resolve(image))
                    .hasSameBinaryContentAs(folder.resolve("simd").resolve(image));
        }
    }

    @Test
    void generateSpeaks() throws IOException, InterruptedException {
        Result result = launch("generate", "Once upon a time", "-n", "20", "--seed", "1", "-o", folder.toString());
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.err()).contains("seed 1");
        assertThat(result.out()).isNotBlank();
        assertThat(SequenceImage.read(folder.resolve("output_sequence.pxi")).tokens())
                .isNotEmpty();
    }

    /** Killed at any moment, a stream leaves a complete image. */
    @Test
    void aKilledStreamIsWhole() throws IOException, InterruptedException {
        Path file = folder.resolve("output_sequence.pxi");
        for (int tokens : new int[] {1, 40, 300}) {
            Files.deleteIfExists(file);
            Process process = new ProcessBuilder(
                            JAVA,
                            "-Dpixelllm.home=" + ROOT,
                            "-jar",
                            JAR,
                            "generate",
                            "Once upon a time",
                            "-n",
                            "60000",
                            "--stream",
                            "-c",
                            ROOT.resolve("cartridges/golden.pxi").toString(),
                            "-o",
                            folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("stream.txt").toFile())
                    .start();
            while (process.isAlive()
                    && (!Files.exists(file) || SequenceImage.read(file).tokens().size() < tokens)) {
                Thread.sleep(1);
            }
            process.destroyForcibly().waitFor();
            assertThat(SequenceImage.read(file).tokens()).hasSizeGreaterThanOrEqualTo(tokens);
        }
    }

    @Test
    void textsAreUnicodeWhateverTheLocale() throws IOException, InterruptedException {
        Map<String, String> plain = Map.of("LC_ALL", "C", "LANG", "C");
        Result result = run(plain, ROOT.resolve("pixel-llm").toString(), "é🚀", "-o", folder.toString());
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(TokenImage.read(folder.resolve("input_tokens.pxi")).ids()).containsExactly(0xE9, 0x1F680 % 1024);
    }

    /** A locale that is not installed does nothing, whatever its name promises. */
    @Test
    void aLocaleThatIsNotInstalledChangesNothing() throws IOException, InterruptedException {
        for (Map<String, String> locale : List.of(
                Map.of("LANG", "xx_YY.UTF-8", "LC_ALL", ""), Map.of("LC_ALL", "xx_YY.utf8"), Map.of("LC_CTYPE", "C"))) {
            Result result = run(locale, ROOT.resolve("pixel-llm").toString(), "encode", "ü", "-o", "ü.pxi");
            assertThat(result.code()).as(result.err()).isZero();
            assertThat(TokenImage.read(folder.resolve("ü.pxi")).ids()).containsExactly(252);
        }
    }

    @Test
    void argumentsThatAreNoTextAreRefused() throws IOException, InterruptedException {
        Result result = run(
                Map.of("P", ROOT.resolve("pixel-llm").toString()), "sh", "-c", "\"$P\" infer \"$(printf 'a\\377')\"");
        assertThat(result.code()).isEqualTo(65);
        assertThat(result.err()).contains("argument 2: byte 1", "0xFF").hasLineCount(1);
    }

    @Test
    void standardOutputThatTakesNothingEndsTheCommand() throws IOException, InterruptedException {
        assumeThat(Files.exists(Path.of("/dev/full"))).as("/dev/full is there").isTrue();
        Map<String, String> program = Map.of("P", ROOT.resolve("pixel-llm").toString());
        for (String to : new String[] {">/dev/full", ">&-", "<&- >&-"}) {
            Result result = run(program, "sh", "-c", "\"$P\" pxOS " + to);
            assertThat(result.code()).as(to).isEqualTo(73);
            assertThat(result.err())
                    .contains("standard output cannot be written")
                    .hasLineCount(1);
        }
        Result piped = run(
                program,
                "bash",
                "-c",
                "\"$P\" generate 'Once upon a time' -n 60000 --seed 1 -o . | head -c 9; echo \" ${PIPESTATUS[0]}\"");
        assertThat(piped.out()).endsWith(" 141\n");
        assertThat(piped.err()).endsWith("seed 1\n"); // after Java's own line on vectors
    }

    @Test
    void faultsExitWithTheirCodesAndOneLine() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("page.pxi"), "<html>");
        Map<Integer, String[]> faults = Map.of(
                2, new String[] {"-k", "0", "a"},
                65, new String[] {"-i", "page.pxi"},
                66, new String[] {"-i", "none.pxi"});
        for (Map.Entry<Integer, String[]> fault : faults.entrySet()) {
            Result result = launch(fault.getValue());
            assertThat(result.code()).as(result.err()).isEqualTo(fault.getKey());
            assertThat(result.err()).hasLineCount(1);
        }
    }

    /** An independent checker of PNG files finds nothing wrong with what we write. */
    @Test
    void pngcheckAcceptsTheCartridgeAndTheAnswers() throws IOException, InterruptedException {
        assumeThat(run(Map.of(), "sh", "-c", "command -v pngcheck").code())
                .as("pngcheck is there; without it this test is skipped")
                .isZero();
        assertThat(launch("pxOS", "-o", folder.toString()).code()).isZero();
        for (Path file : List.of(
                ROOT.resolve("cartridges/default.pxi"),
                folder.resolve("input_tokens.pxi"),
                folder.resolve("output_token.pxi"),
                folder.resolve("logits_heatmap.pxi"))) {
            Result result = run(Map.of(), "pngcheck", file.toString());
            assertThat(result.code()).as(result.out()).isZero();
        }
    }

    /** The README's Python, unchanged. */
    @Test
    void theReadmesPythonRuns() throws IOException, InterruptedException {
        String python = Python.require();
        Matcher snippet = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("README.md")));
        assertThat(snippet.find()).isTrue();
        Files.createSymbolicLink(folder.resolve("pixel-llm"), ROOT.resolve("pixel-llm"));
        Files.writeString(folder.resolve("readme.py"), snippet.group(1), StandardCharsets.UTF_8);
        Result result = run(Map.of("PYTHONIOENCODING", "utf-8"), python, "readme.py");
        assertThat(result.code()).as(result.err()).isZero();
        PredictionImage prediction = PredictionImage.read(folder.resolve("output_token.pxi"));
        String best = Character.toString(prediction.predictions().getFirst().id());
        assertThat(result.out())
                .contains(best + " " + prediction.predictions().getFirst().probability());
    }
}
