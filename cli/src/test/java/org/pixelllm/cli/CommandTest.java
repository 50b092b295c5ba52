package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngEncoder;

/** The command as a person types it, in one process. */
class CommandTest {

    private static byte[] trained = {}; // once for all tests

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String input = "";
    private boolean pictures;

    private int run(String... args) {
        out.reset();
        err.reset();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                pictures,
                false,
                folder,
                folder);
        return Main.run(terminal, args);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private static String text() {
        return "a b c d e f g h. ".repeat(40);
    }

    @BeforeEach
    void makeACartridge() throws IOException {
        Files.writeString(folder.resolve("text.txt"), text());
        Files.createDirectories(folder.resolve("cartridges"));
        if (trained.length > 0) {
            Files.write(folder.resolve("cartridges/default.pxi"), trained);
            return;
        }
        int code = run(
                "train",
                path("text.txt"),
                "-o",
                path("cartridges/default.pxi"),
                "--steps",
                "20",
                "--batch",
                "32",
                "--dim",
                "8",
                "--hidden",
                "8",
                "--context",
                "4",
                "--name",
                "small",
                "--family",
                "pooled-mlp");
        assertThat(code).as(err()).isZero();
        trained = Files.readAllBytes(folder.resolve("cartridges/default.pxi"));
    }

    @Test
    void aTextIsAnsweredWithTheProtocolsFiles() throws IOException {
        assertThat(run("pxOS evolution", "-x", "reference")).as(err()).isZero();
        Path outputs = folder.resolve("pixel_llm/outputs");
        assertThat(TokenImage.read(outputs.resolve("input_tokens.pxi")).ids())
                .isEqualTo("pxOS evolution".codePoints().toArray());
        assertThat(PredictionImage.read(outputs.resolve("output_token.pxi")).predictions())
                .hasSize(5);
        LogitsHeatmap heatmap = LogitsHeatmap.read(outputs.resolve("logits_heatmap.pxi"));
        assertThat(heatmap.width()).isEqualTo(32);
        assertThat(heatmap.height()).isEqualTo(32);
        assertThat(out()).contains("output_token.pxi", "reference executor", " ms", "%");
        // The cartridge looks back on 4 characters.
        assertThat(err()).contains("last 4 of 14");
    }

    @Test
    void aTokenImageIsAnsweredTheSameAsItsText() throws IOException {
        assertThat(run("infer", "abc", "-o", path("one"))).isZero();
        assertThat(run("encode", "abc", "-o", path("in.pxi"))).isZero();
        assertThat(run("infer", "-i", path("in.pxi"), "-o", path("two"))).isZero();
        for (String name : new String[] {"output_token.pxi", "logits_heatmap.pxi"}) {
            assertThat(folder.resolve("two").resolve(name))
                    .hasSameBinaryContentAs(folder.resolve("one").resolve(name));
        }
        assertThat(folder.resolve("two/input_tokens.pxi")).doesNotExist();
    }

    @Test
    void executorsAgreeAndThreadsChangeNothing() throws IOException {
        String[][] ways = {{"-x", "reference"}, {"-x", "simd"}, {"-x", "simd", "--threads", "1"}};
        for (int i = 0; i < ways.length; i++) {
            String[] args = new String[ways[i].length + 3];
            args[0] = "abcd";
            args[1] = "-o";
            args[2] = path("way" + i);
            System.arraycopy(ways[i], 0, args, 3, ways[i].length);
            assertThat(run(args)).as(err()).isZero();
        }
        PredictionImage reference = PredictionImage.read(folder.resolve("way0/output_token.pxi"));
        PredictionImage simd = PredictionImage.read(folder.resolve("way1/output_token.pxi"));
        assertThat(simd.predictions().getFirst().id())
                .isEqualTo(reference.predictions().getFirst().id());
        assertThat(folder.resolve("way2/logits_heatmap.pxi"))
                .hasSameBinaryContentAs(folder.resolve("way1/logits_heatmap.pxi"));
    }

    @Test
    void textComesFromStandardInput() throws IOException {
        input = "é🚀\n";
        assertThat(run("-", "-o", path("o"))).as(err()).isZero();
        assertThat(TokenImage.read(folder.resolve("o/input_tokens.pxi")).ids()).containsExactly(0xE9, 0x1F680 % 1024);
    }

    @Test
    void aCartridgeIsConverted() {
        for (String type : new String[] {"f32", "u8", "f16", "bf16", "q8", "q4"}) {
            String file = path(type + ".pxi");
            assertThat(run("convert", path("cartridges/default.pxi"), "--weights", type, "-o", file))
                    .as(err())
                    .isZero();
            assertThat(out()).contains(type);
            assertThat(run("verify", file)).as(err()).isZero();
            assertThat(run("infer", "ab", "-c", file, "-o", path("o")))
                    .as(err())
                    .isZero();
        }
        assertThat(run("convert", path("cartridges/default.pxi"), "--weights", "q9", "-o", path("x.pxi")))
                .isEqualTo(2);
        assertThat(err()).contains("q9", "bf16", "or q8k32m");
        assertThat(run("convert", path("cartridges/default.pxi"), "--weights", "ids", "-o", path("x.pxi")))
                .isEqualTo(2);
    }

    @Test
    void jsonHasTheDocumentsKeys() {
        assertThat(run("infer", "ab", "-k", "3", "--json", "-o", path("o"))).isZero();
        JsonObject answer = JsonParser.parseString(out()).getAsJsonObject();
        assertThat(answer.keySet())
                .contains("top_tokens", "top_probs", "top_token", "top_prob", "executor", "files", "cartridge");
        assertThat(run("decode", path("o/output_token.pxi"), "--json")).isZero();
        JsonObject decoded = JsonParser.parseString(out()).getAsJsonObject();
        assertThat(decoded.keySet()).containsExactly("top_tokens", "top_probs", "top_token", "top_prob", "top_texts");
        assertThat(decoded.get("top_tokens").getAsJsonArray()).hasSize(3);
        assertThat(decoded.get("top_token")).isEqualTo(answer.get("top_token"));
    }

    @Test
    void decodeTellsWhatImagesSay() throws IOException {
        assertThat(run("infer", "ab\n", "-o", path("o"))).isZero();
        assertThat(run("decode", path("o/input_tokens.pxi"))).isZero();
        assertThat(out()).contains("3 tokens", "ab\\n", "[97, 98, 10]");
        assertThat(run("decode", path("o/logits_heatmap.pxi"))).isZero();
        assertThat(out()).contains("32 x 32");
        assertThat(run("decode", path("cartridges/default.pxi"))).isEqualTo(65);
        assertThat(err()).contains("a cartridge");
    }

    @Test
    void picturesShowOnATerminalOnly() {
        run("ab", "-o", path("o"));
        assertThat(out()).doesNotContain("\u001b[");
        pictures = true;
        run("ab", "-o", path("o"));
        assertThat(out()).contains("\u001b[38;2;", "▀");
    }

    @Test
    void inspectAndVerifyKnowEveryKind() throws IOException {
        run("ab", "-o", path("o"));
        Files.writeString(folder.resolve("p.pxasm"), disassembled());
        assertThat(run("asm", path("p.pxasm"), "-o", path("p.pxi"))).as(err()).isZero();
        Map<String, String> kinds = Map.of(
                "o/input_tokens.pxi", "a token image",
                "o/output_token.pxi", "a prediction",
                "o/logits_heatmap.pxi", "a heat map",
                "p.pxi", "a program",
                "cartridges/default.pxi", "a cartridge");
        kinds.forEach((name, kind) -> {
            assertThat(run("inspect", path(name))).as(err()).isZero();
            assertThat(out()).contains(kind);
            assertThat(run("inspect", path(name), "--json")).isZero();
            assertThat(JsonParser.parseString(out())
                            .getAsJsonObject()
                            .get("kind")
                            .getAsString())
                    .isEqualTo(kind);
            assertThat(run("verify", path(name))).as(err()).isZero();
            assertThat(out()).contains(kind + ", correct");
        });
        assertThat(run("inspect", path("cartridges/default.pxi"), "--full")).isZero();
        assertThat(out()).contains("pooled-mlp", "weight embed f32 [1024, 8]", "matmul", "seed: 1", "mapped: true");
        assertThat(run("inspect", path("o/output_token.pxi"))).isZero();
        assertThat(out()).contains("Cartridge: sha256:", "Program: sha256:", "Executor: ");
    }

    private String disassembled() {
        assertThat(run("disasm", path("cartridges/default.pxi"))).isZero();
        return out();
    }

    @Test
    void disassemblingAndAssemblingAreInverses() throws IOException {
        String text = disassembled();
        Files.writeString(folder.resolve("p.pxasm"), text);
        assertThat(run("asm", path("p.pxasm"), "-o", path("p.pxi"))).isZero();
        assertThat(run("disasm", path("p.pxi"))).isZero();
        assertThat(out()).isEqualTo(text);
    }

    @Test
    void aReencodedCartridgeAnswersTheSameWithAHint() throws IOException {
        BufferedImage image =
                ImageIO.read(folder.resolve("cartridges/default.pxi").toFile());
        File copy = folder.resolve("copy.pxi").toFile();
        ImageIO.write(image, "png", copy);
        run("abcd", "-o", path("one"));
        assertThat(err()).doesNotContain("re-encoded");
        run("abcd", "-o", path("two"), "-c", copy.toString());
        assertThat(err()).contains("re-encoded");
        assertThat(folder.resolve("two/logits_heatmap.pxi"))
                .hasSameBinaryContentAs(folder.resolve("one/logits_heatmap.pxi"));
    }

    @Test
    void viewEnlarges() throws IOException {
        run("ab", "-o", path("o"));
        assertThat(run("view", path("o/logits_heatmap.pxi"), "-o", path("v.png"), "--scale", "3"))
                .isZero();
        assertThat(ImageIO.read(folder.resolve("v.png").toFile()).getWidth()).isEqualTo(96);
        assertThat(run("view", path("o/logits_heatmap.pxi"), "-o", path("w.png"), "--scale", "0"))
                .isEqualTo(2);
        assertThat(folder.resolve("w.png")).doesNotExist();
    }

    @Test
    void evaluateReportsBitsPerCharacter() {
        assertThat(run("train", "--evaluate", path("text.txt"), "-c", path("cartridges/default.pxi"), "--json"))
                .as(err())
                .isZero();
        JsonObject result = JsonParser.parseString(out()).getAsJsonObject();
        assertThat(result.get("bits_per_character").getAsDouble()).isBetween(0.5, 10.0);
        assertThat(result.get("characters").getAsInt()).isEqualTo(text().length());
    }

    @Test
    void trainingTellsHowItGoesAndCanNotGoOnWhereItIsFinished() throws IOException {
        Files.writeString(folder.resolve("more.txt"), "h g f e d c b a. ".repeat(30));
        String[] words = ("train F/text.txt F/more.txt -o F/t.pxi --mix 2,1 --steps 3 --dim 16 --layers 1 --heads 2"
                        + " --context 16 --batch 2 --valid F/more.txt --tokenizer bpe:260 --threads 2")
                .replace("F/", folder + "/")
                .split(" ");
        assertThat(run(words)).as(err()).isZero();
        assertThat(out()).contains("t.pxi: trained in ", "step 3 of 3: ", " bits per character, valid ");
        assertThat(err())
                .contains("training on 1190 characters", "3 steps", "tokens/s")
                .doesNotContain("\u001b[");
        assertThat(ImageIO.read(folder.resolve("t.training.png").toFile()).getWidth())
                .isEqualTo(960);
        assertThat(run("inspect", path("t.pxi"))).isZero();
        assertThat(out()).contains("byte-bpe", "66.7 % of the windows", "valid loss: ", "--tokenizer bpe:260");
        assertThat(run("ab", "-c", path("t.pxi"), "-o", path("o"))).as(err()).isZero();
        assertThat(run("train", "--resume", path("t.pxi"))).isEqualTo(66);
        assertThat(err()).contains("t.pxi.state", "finished");
        assertThat(run("train", path("text.txt"), "-o", folder.toString(), "--steps", "1"))
                .isEqualTo(73);
        assertThat(err()).contains("it is a directory");
    }

    /** Each line of standard output is a reading; a model is trained further and keeps its name. */
    @Test
    void readingsAreLinesOfJsonAndAModelCanBeTrainedFurther() {
        String[] words = ("train --from F/cartridges/default.pxi F/text.txt -o F/t.pxi --steps 6 --measure 4 --valid"
                        + " F/text.txt --sample ab --schedule constant --json")
                .replace("F/", folder + "/")
                .split(" ");
        assertThat(run(words)).as(err()).isZero();
        List<JsonObject> lines = out().lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
        assertThat(lines)
                .extracting(line -> line.get("event").getAsString())
                .contains("step", "valid")
                .endsWith("end");
        JsonObject end = lines.getLast();
        assertThat(end.get("step").getAsInt()).isEqualTo(6);
        assertThat(end.get("best_step").getAsInt()).isIn(4, 6);
        assertThat(end.get("sample").getAsString()).startsWith("ab").hasSizeGreaterThan(100);
        assertThat(err()).contains("it can be made longer", "--resume");
        assertThat(run("inspect", path("t.pxi"))).isZero();
        assertThat(out()).contains("name: small", "from: small, sha256:");
        assertThat(run("train", "--resume", path("t.pxi"), "--steps", "8"))
                .as(err())
                .isZero();
        assertThat(out()).contains("step 8 of 8");
        assertThat(run("train", "--from", path("t.pxi"), path("text.txt"), "-o", path("t.pxi"), "--steps", "1"))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "infer",
                "infer a -i b",
                "a --nothing",
                "a -k 0 -o F/o",
                "a -k 2000 -o F/o",
                "a -k many",
                "a -x quantum",
                "encode a",
                "train",
                "train F/text.txt",
                "train F/text.txt -o F/x.pxi",
                "train F/text.txt -o F/x.pxi --steps 1 --minutes 1",
                "train F/text.txt -o F/x.pxi --steps 1 --checkpoint-minutes 0",
                "train F/text.txt -o F/x.pxi --resume F/x.pxi",
                "train F/text.txt -o F/x.pxi --steps 1 --weights ids",
                "train F/text.txt -o F/x.pxi --steps 1 --dim 0",
                "train F/text.txt -o F/x.pxi --steps 1 --batch 99999999",
                "train --evaluate F/text.txt -o F/x.pxi",
                "a --threads 0",
                "view F/text.txt"
            })
    void usageFaultsExitWith2AndWriteNothing(String line) {
        String[] args = line.isEmpty()
                ? new String[0]
                : line.replace("F/", folder + "/").split(" ");
        assertThat(run(args)).as(err()).isEqualTo(2);
        assertThat(err()).isNotEmpty().doesNotContain("\tat ");
        assertThat(folder.resolve("x.pxi")).doesNotExist();
        assertThat(folder.resolve("o")).doesNotExist();
    }

    @Test
    void badDataExitsWith65AndNamesTheFile() throws IOException {
        Path bad = folder.resolve("bad.pxi");
        Files.writeString(bad, "<!DOCTYPE html><html>");
        for (String command : new String[] {"decode", "inspect", "verify", "disasm"}) {
            assertThat(run(command, bad.toString())).as(command).isEqualTo(65);
            assertThat(err()).contains("bad.pxi", "HTML").doesNotContain("\tat ");
        }
        assertThat(run("-i", bad.toString(), "-o", path("o"))).isEqualTo(65);
        assertThat(run("a", "-c", bad.toString(), "-o", path("o"))).isEqualTo(65);
        assertThat(run("asm", bad.toString(), "-o", path("p.pxi"))).isEqualTo(65);
        assertThat(err()).contains("line 1");
        assertThat(folder.resolve("o")).doesNotExist();
        assertThat(run("decode", bad.toString(), "--verbose")).isEqualTo(65);
        assertThat(err()).contains("\tat ");
        assertThat(run("decode", bad.toString())).isEqualTo(65);
        assertThat(err()).doesNotContain("\tat ");
    }

    @Test
    void idsBeyondTheVocabularyAreNamed() throws IOException {
        new TokenImage(new int[] {97, 2000}).write(folder.resolve("far.pxi"), Map.of());
        assertThat(run("-i", path("far.pxi"), "-o", path("o"))).isEqualTo(65);
        assertThat(err()).contains("far.pxi", "pixel 2", "2000", "1024");
        assertThat(folder.resolve("o")).doesNotExist();
    }

    @Test
    void missingFilesExitWith66() {
        for (String[] args : new String[][] {
            {"decode", "none.pxi"},
            {"-i", "none.pxi"},
            {"a", "-c", "none.pxi"},
            {"verify", folder.toString()},
            {"asm", "none", "-o", path("x")},
            {"import", "none", "-o", path("x")},
            {"train", "none", "-o", path("x"), "--steps", "1"},
        }) {
            assertThat(run(args)).as(String.join(" ", args) + err()).isEqualTo(66);
            assertThat(err()).doesNotContain("\tat ");
        }
    }

    @Test
    void whatCannotBeWrittenExitsWith73() throws IOException {
        Files.writeString(folder.resolve("file"), "");
        assertThat(run("ab", "-o", path("file/below"))).isEqualTo(73);
        assertThat(err()).contains("cannot be written").doesNotContain("\tat ");
    }

    @Test
    void anOrdinaryPictureIsNamedAsSuch() throws IOException {
        Files.write(folder.resolve("photo.png"), PngEncoder.encode(colours(), Map.of()));
        assertThat(run("-i", path("photo.png"), "-o", path("o"))).isEqualTo(65);
        assertThat(err()).contains("64 x 48 picture");
        assertThat(run("inspect", path("photo.png"))).isZero();
        assertThat(out()).contains("no Pixel-LLM file");
        assertThat(run("verify", path("photo.png"))).isEqualTo(65);
    }

    private static Pixels colours() {
        Pixels pixels = Pixels.black(64, 48);
        for (int i = 0; i < pixels.rgb().length; i++) {
            pixels.rgb()[i] = (byte) (i * 7);
        }
        return pixels;
    }

    @Test
    void helpAndVersionGoToStandardOutput() {
        assertThat(run("--help")).isZero();
        assertThat(out()).contains("infer", "train", "Exit codes");
        assertThat(run("--version")).isZero();
        assertThat(out()).startsWith("pixel-llm ");
        assertThat(run("infer", "--help")).isZero();
        assertThat(out()).contains("--cartridge");
    }
}
