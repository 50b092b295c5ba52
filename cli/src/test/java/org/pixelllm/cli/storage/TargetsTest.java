package org.pixelllm.cli.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.cli.Captured;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;

/** Nothing of value is replaced without a word. */
class TargetsTest {

    private static final Path NAN = Captured.ROOT.resolve("engine/src/test/resources/nan");
    private static final Path CASES = Captured.ROOT.resolve("forge/src/test/resources/cases");

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void files() throws IOException {
        model = Files.copy(NAN.resolve("base.pxi"), folder.resolve("model.pxi"));
        Files.writeString(folder.resolve("text.txt"), "once upon a time there was a fox. ".repeat(30));
        Files.writeString(folder.resolve("p.pxasm"), run("disasm F/model.pxi").out());
        Files.copy(CASES.resolve("spm-control.gguf"), folder.resolve("m.gguf"));
        for (String name : new String[] {"config.json", "model.safetensors", "tokenizer.json"}) {
            Files.copy(CASES.resolve("tok_added_beyond_vocab").resolve(name), folder.resolve(name));
        }
        new TokenImage(new int[] {1, 2, 3}).write(folder.resolve("output_token.pxi"), Map.of());
        new TokenImage(new int[] {1, 2, 3}).write(folder.resolve("a.pxi"), Map.of());
        Files.copy(folder.resolve("a.pxi"), folder.resolve("output_sequence.pxi"));
        Files.copy(folder.resolve("a.pxi"), folder.resolve("difference.png"));
        Files.copy(folder.resolve("a.pxi"), folder.resolve("profile.png"));
        Files.copy(folder.resolve("a.pxi"), folder.resolve("lens.png"));
    }

    private Captured run(String line) {
        List<String> words = new ArrayList<>();
        for (String word : line.split(" ")) {
            words.add(word.replace("F/", folder + "/"));
        }
        return Captured.run(folder, words.toArray(String[]::new));
    }

    /** The last word but for options is the file that is read and must stay. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "import F/m.gguf -o F/m.gguf",
                "import F/ -o F/model.safetensors",
                "import F/model.safetensors -o F/config.json",
                "import F/model.safetensors -o F/tokenizer.json",
                "import F/m.gguf --tokenizer F/tokenizer.json -o F/tokenizer.json",
                "convert F/model.pxi -o F/model.pxi",
                "encode abc -c F/model.pxi -o F/model.pxi",
                "view F/a.pxi -o F/a.pxi",
                "asm F/p.pxasm -o F/p.pxasm",
                "train F/text.txt --steps 1 -o F/text.txt",
                "train F/text.txt --steps 1 --valid F/p.pxasm -o F/p.pxasm",
            })
    void whatIsReadIsNeverReplacedNotEvenByForce(String line) throws IOException {
        Path output = Path.of(line.substring(line.lastIndexOf(' ') + 1).replace("F/", folder + "/"));
        byte[] before = Files.readAllBytes(output);
        Path link = Files.createSymbolicLink(folder.resolve("link"), output);
        Path hard = Files.createLink(folder.resolve("hard"), output);
        for (String name :
                new String[] {output.toString(), link.toString(), hard.toString(), folder + "/./" + output.getFileName()
                }) {
            Captured result = run(line.substring(0, line.lastIndexOf(' ') + 1) + name + " --force");
            assertThat(result.code()).as(result.err()).isEqualTo(2);
            assertThat(result.err()).contains("is read and would be replaced");
            assertThat(output).hasBinaryContent(before);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "infer -i F/output_token.pxi -c F/model.pxi -o F/",
                "generate -n 2 -i F/output_sequence.pxi -c F/model.pxi -o F/",
                "profile --rounds 1 -i F/profile.png -c F/model.pxi -o F/",
                "look --lens -i F/lens.png -c F/model.pxi -o F/",
                "diff F/a.pxi F/difference.png -o F/",
                "infer -i F/a.pxi F/a.token.pxi -c F/model.pxi -o F/",
            })
    void imagesOfACommandNeverReplaceWhatItReads(String line) throws IOException {
        Files.copy(folder.resolve("a.pxi"), folder.resolve("a.token.pxi"));
        Files.copy(folder.resolve("a.pxi"), folder.resolve("a.output_token.pxi"));
        Captured result = run(line.replace("a.token.pxi", answerName()));
        assertThat(result.code()).as(result.out() + result.err()).isEqualTo(2);
        assertThat(result.err()).contains("is read and would be replaced");
        for (String name :
                new String[] {"output_token.pxi", "output_sequence.pxi", "difference.png", "profile.png", "lens.png"}) {
            assertThat(folder.resolve(name)).hasSameBinaryContentAs(folder.resolve("a.pxi"));
        }
    }

    /** What the answer to a.pxi is called. */
    private String answerName() throws IOException {
        Path other = Files.createDirectories(folder.resolve("names"));
        assertThat(run("infer -i F/a.pxi F/output_token.pxi -c F/model.pxi -o F/names")
                        .code())
                .isZero();
        try (Stream<Path> files = Files.list(other)) {
            String name = files.map(each -> each.getFileName().toString())
                    .filter(each -> each.startsWith("a") && each.contains("token"))
                    .findFirst()
                    .orElseThrow();
            Files.copy(folder.resolve("a.pxi"), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            return name;
        }
    }

    @Test
    void anAnswerInItsPlaceIsReplacedAsEver() throws IOException {
        assertThat(run("infer -i F/a.pxi -c F/model.pxi -o F/").code()).isZero();
        assertThat(run("infer -i F/a.pxi -c F/model.pxi -o F/").code()).isZero();
        assertThat(PredictionImage.read(folder.resolve("output_token.pxi")).predictions())
                .hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "convert F/model.pxi --weights f16 -o F/there.pxi",
                "import F/m.gguf -o F/there.pxi",
                "train F/text.txt --steps 1 --dim 16 --layers 1 --heads 2 --context 8 -o F/there.pxi",
                "encode abc -o F/there.pxi",
                "asm F/p.pxasm -o F/there.pxi",
                "view F/a.pxi -o F/there.pxi"
            })
    void aModelIsReplacedOnlyWhereItIsSaid(String line) throws IOException {
        Path there = Files.copy(model, folder.resolve("there.pxi"));
        Captured refused = run(line);
        assertThat(refused.code()).as(refused.err()).isEqualTo(2);
        assertThat(refused.err()).contains("there.pxi", "--force");
        assertThat(there).hasSameBinaryContentAs(model);
        Captured forced = run(line + " --force");
        assertThat(forced.code()).as(forced.err()).isZero();
        assertThat(Files.mismatch(there, model)).isNotNegative();
        Files.delete(there);
        assertThat(run(line).code()).isZero();
    }

    @Test
    void whatIsNoModelIsReplacedByImagesAndAskedForByModels() throws IOException {
        assertThat(run("encode abc -o F/a.pxi").code()).isZero();
        assertThat(run("encode abcd -o F/a.pxi").code()).isZero();
        assertThat(TokenImage.read(folder.resolve("a.pxi")).count()).isEqualTo(4);
        Captured refused = run("convert F/model.pxi -o F/text.txt");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("text.txt exists already", "--force");
    }

    @Test
    void twoTrainingsOfOneCartridgeAreNotStarted() throws IOException {
        String begin = "train F/text.txt --steps 1 --dim 16 --layers 1 --heads 2 --context 8 -o ";
        Path link = Files.createSymbolicLink(
                Files.createDirectory(folder.resolve("sub")).resolve("dir"), folder);
        try (TransientLock lock = TransientLock.tryTake(TransientLock.besides(folder.resolve("t.pxi")))) {
            assertThat(lock).isNotNull();
            for (String line : new String[] {begin + "F/t.pxi", begin + link + "/t.pxi", "train --resume F/t.pxi"}) {
                Captured second = run(line);
                assertThat(second.code()).as(second.err()).isEqualTo(75);
                assertThat(second.err()).contains("Another process is training");
            }
            assertThat(folder.resolve("t.pxi")).doesNotExist();
        }
        assertThat(folder.resolve("t.pxi.lock")).doesNotExist();
        assertThat(run(begin + "F/t.pxi").code()).isZero();
        assertThat(folder.resolve("t.pxi.lock")).doesNotExist();
    }

    @Test
    void aLockThatAKilledProcessLeftIsTaken() throws IOException {
        Path file = Files.createFile(folder.resolve("t.pxi.lock"));
        try (TransientLock lock = TransientLock.tryTake(file)) {
            assertThat(lock).isNotNull();
            assertThat(TransientLock.tryTake(file)).isNull();
        }
        assertThat(file).doesNotExist();
    }
}
