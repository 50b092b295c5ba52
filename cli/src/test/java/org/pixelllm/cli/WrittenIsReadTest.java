package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.pxvm.cartridge.CartridgeWriter;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;

/** What one command writes the others read, and what {@code verify} calls correct is. */
class WrittenIsReadTest {

    private static final Path LIKE_TOKENS =
            Captured.ROOT.resolve("protocol/src/test/resources/sequence-like-tokens.pxi");
    private static final Path WRONG_ADLER = Captured.ROOT.resolve("pxvm/src/test/resources/lie-adler.pxi");

    @TempDir
    private Path folder;

    private Captured run(String... words) {
        return Captured.run(folder, words);
    }

    private static void ok(Captured said, String words) {
        assertThat(said.code()).as(said.err()).isZero();
        assertThat(said.out()).contains(words);
    }

    @Test
    void aSequenceThatLooksLikeTokensIsReadByEveryCommand() throws IOException {
        String file = LIKE_TOKENS.toString();
        ok(run("decode", file), "33 tokens");
        ok(run("decode", "--as", "sequence", file), "33 tokens");
        ok(run("verify", file), "an output sequence, correct");
        ok(run("inspect", file), "an output sequence");
        ok(run("watch", file), "");
        ok(run("diff", file, file, "-o", folder.toString()), "equal: true");
        Path nameless = folder.resolve("nameless.pxi");
        Files.write(nameless, PngEncoder.encode(SequenceImage.read(LIKE_TOKENS).toPixels(), Map.of()));
        ok(run("decode", nameless.toString()), "32 tokens");
        ok(run("decode", "--as", "sequence", nameless.toString()), "33 tokens");
    }

    @Test
    void aPredictionThatLooksLikeTokensIsReadByItsWord() throws IOException {
        float[] logits = new float[1024];
        logits[1023] = 1.5f;
        Path file = folder.resolve("output_token.pxi");
        PredictionImage.of(logits, 1024).write(file, Map.of());
        ok(run("inspect", file.toString()), "a token image");
        ok(run("verify", "--as", "prediction", file.toString()), "a prediction, correct");
        ok(run("decode", "--as", "prediction", file.toString()), "");
    }

    @Test
    void aWrongChecksumOfACartridgesPixelsIsFoundByVerifyAlone() {
        ok(run("inspect", WRONG_ADLER.toString()), "a cartridge");
        Captured said = run("verify", WRONG_ADLER.toString());
        assertThat(said.code()).isEqualTo(ExitCode.BAD_DATA.code());
        assertThat(said.err()).contains("the checksum (Adler-32) of the picture's data", "another checksum");
        assertThat(said.out()).doesNotContain("correct");
    }

    @Test
    void theWidestViewIsInspected() throws IOException {
        Path tokens = folder.resolve("tokens.pxi");
        new TokenImage(new int[65_535]).write(tokens, Map.of());
        String view = folder.resolve("view.png").toString();
        ok(run("view", tokens.toString(), "--scale", "7", "-o", view), "");
        ok(run("inspect", view), "width: 458752");
        Captured tooWide = run("view", tokens.toString(), "--scale", "17", "-o", view);
        assertThat(tooWide.code()).isEqualTo(ExitCode.USAGE.code());
        assertThat(tooWide.err()).contains("1048576 wide");
    }

    /** A small cartridge whose program holds very many values at once. */
    @Test
    void aProgramOfTooMuchScratchIsBadData() throws IOException {
        StringBuilder text = new StringBuilder("""
                pxvm 1
                context 600
                input tokens ids [T]
                weight table u8 [128, 1024]
                weight out u8 [128, 1024]
                scratch x f32 [T, 1024]
                scratch last f32 [R, 1024]
                output logits f32 [R, 128]
                """);
        String sum = "x";
        StringBuilder code = new StringBuilder("x = embed tokens table\n");
        StringBuilder sums = new StringBuilder();
        for (int i = 0; i < 600; i++) {
            text.append("scratch c%d f32 [T, 1024]\nscratch s%d f32 [T, 1024]\n".formatted(i, i));
            code.append("c%d = relu x\n".formatted(i));
            sums.append("s%d = add %s c%d\n".formatted(i, sum, i));
            sum = "s" + i;
        }
        text.append(code).append(sums).append("last = select " + sum + "\nlogits = matmul last out _\n");
        Program program = Assembler.parse(text.toString(), "wide");
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            weights.put(id, EncodedWeight.of(tensor.type(), tensor.columns(), new float[(int) tensor.elements()]));
        }
        Path file = folder.resolve("wide.pxi");
        CartridgeWriter.write(
                file, program, weights, new CharacterTokenizer(128), new Manifest("wide", "test", "none", Map.of()));
        for (String executor : new String[] {"reference", "simd"}) {
            Captured said =
                    run("infer", "-x", executor, "-c", file.toString(), "-o", folder.toString(), "a".repeat(512));
            assertThat(said.code()).as(said.err()).isEqualTo(ExitCode.BAD_DATA.code());
            assertThat(said.err()).contains("a step of 512 tokens takes", "more than the limit");
        }
    }
}
