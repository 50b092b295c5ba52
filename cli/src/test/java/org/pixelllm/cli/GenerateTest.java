package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.BeamsImage;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.protocol.png.PngLimits;

/** Generating, streaming and watching as a person types it, with the shipped cartridge. */
class GenerateTest {

    @TempDir
    private Path folder;

    private Captured run(String... args) {
        return Captured.run(folder, args);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void aTextIsContinuedOnStandardOutputAndAsAFile() throws IOException {
        Captured result = run("generate", "Once upon a time", "-n", "30", "--seed", "7", "-o", path("o"));
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.err()).contains("seed 7", "output_sequence.pxi", "30 tokens in");
        SequenceImage image = SequenceImage.read(folder.resolve("o/output_sequence.pxi"));
        assertThat(image.tokens()).hasSize(30);
        assertThat(TokenImage.read(folder.resolve("o/input_tokens.pxi")).count())
                .isPositive();
        Captured json = run("generate", "Once upon a time", "-n", "30", "--seed", "7", "-o", path("p"), "--json");
        JsonObject answer = JsonParser.parseString(json.out()).getAsJsonObject();
        assertThat(answer.get("text").getAsString() + "\n").isEqualTo(result.out());
        assertThat(answer.get("seed").getAsLong()).isEqualTo(7);
        assertThat(answer.get("stop").getAsString()).isEqualTo("length");
        assertThat(answer.get("tokens").getAsJsonArray()).hasSize(30);
        assertThat(folder.resolve("p/output_sequence.pxi"))
                .hasSameBinaryContentAs(folder.resolve("o/output_sequence.pxi"));
        assertThat(run("inspect", path("o/output_sequence.pxi")).out())
                .contains("an output sequence", "tokens: 30", "Seed: 7", "Sampler: temperature 0.8", "Stop: length");
    }

    @Test
    void aSeedThatNobodyGaveIsSaidAndGivesTheSameAgain() {
        Captured first = run("generate", "The ", "-n", "20", "-o", path("o"));
        String seed = first.err().lines().findFirst().orElseThrow().replace("seed ", "");
        assertThat(run("generate", "The ", "-n", "20", "--seed", seed, "-o", path("o"))
                        .out())
                .isEqualTo(first.out());
    }

    @Test
    void aTokenImageIsContinuedAsItsText() {
        run(
                "encode",
                "The cat",
                "-c",
                Captured.ROOT.resolve("cartridges/default.pxi").toString(),
                "-o",
                path("in.pxi"));
        Captured image = run("generate", "-i", path("in.pxi"), "-n", "9", "--temperature", "0", "-o", path("o"));
        Captured text = run("generate", "The cat", "-n", "9", "--temperature", "0", "-o", path("p"));
        assertThat(image.out()).isEqualTo(text.out()).isNotBlank();
        assertThat(folder.resolve("o/input_tokens.pxi")).doesNotExist();
    }

    @Test
    void theStopTextEndsIt() throws IOException {
        Captured all = run("generate", "Once upon", "-n", "40", "--temperature", "0", "-o", path("o"));
        String stop = all.out().substring(5, 7);
        Captured some = run("generate", "Once upon", "-n", "40", "--temperature", "0", "--stop", stop, "-o", path("o"));
        assertThat(some.out()).isEqualTo(all.out().substring(0, all.out().indexOf(stop)) + "\n");
        assertThat(stop(folder.resolve("o/output_sequence.pxi"))).isEqualTo("stop text");
    }

    private static @Nullable String stop(Path file) throws IOException {
        return PxiFiles.read(file, PngLimits.PROTOCOL, 1 << 20).text().get("Stop");
    }

    @Test
    void beamsAreWrittenBestFirst() throws IOException {
        Captured result = run("generate", "Once upon", "-n", "6", "--beams", "3", "-o", path("o"), "--json");
        assertThat(result.code()).as(result.err()).isZero();
        BeamsImage image = BeamsImage.read(folder.resolve("o/output_beams.pxi"));
        assertThat(image.beams()).hasSize(3);
        assertThat(SequenceImage.read(folder.resolve("o/output_sequence.pxi")).tokens())
                .isEqualTo(image.beams().getFirst());
        JsonObject answer = JsonParser.parseString(result.out()).getAsJsonObject();
        assertThat(answer.get("beams").getAsJsonArray()).hasSize(3);
        for (String command : List.of("decode", "verify", "inspect")) {
            assertThat(run(command, path("o/output_beams.pxi")).code()).isZero();
        }
        assertThat(run("decode", path("o/output_beams.pxi")).out()).contains("3  6 tokens");
        String best = run("generate", "Once upon", "-n", "6", "--beams", "3", "-o", path("o"))
                .out();
        assertThat(best)
                .isEqualTo(answer.get("beams")
                                .getAsJsonArray()
                                .get(0)
                                .getAsJsonObject()
                                .get("text")
                                .getAsString()
                        + "\n");
    }

    @Test
    void anImageThatLostItsNameIsReadAsWhatItIsSaidToBe() throws IOException {
        run("generate", "Once", "-n", "12", "--seed", "1", "-o", path("o"));
        Path file = folder.resolve("o/output_sequence.pxi");
        Files.write(
                folder.resolve("bare.pxi"),
                PngEncoder.encode(SequenceImage.read(file).toPixels(), Map.of()));
        assertThat(run("verify", path("bare.pxi")).code()).isEqualTo(65);
        for (String command : List.of("decode", "verify", "inspect")) {
            Captured result = run(command, path("bare.pxi"), "--as", "sequence");
            assertThat(result.code()).as(result.err()).isZero();
        }
        assertThat(run("decode", path("bare.pxi"), "--as", "sequence").out()).contains("12 tokens");
        assertThat(run("decode", file.toString(), "--as", "tokens").code()).isEqualTo(65);
        Captured unknown = run("decode", file.toString(), "--as", "song");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("--as", "song", "beams");
    }

    /** Somebody polls, somebody watches, and what they see is a complete image at every moment. */
    @Test
    void aStreamIsWholeAtEveryMoment() throws Exception {
        Path file = folder.resolve("o/output_sequence.pxi");
        AtomicBoolean over = new AtomicBoolean();
        Set<Integer> lengths = new HashSet<>();
        Callable<Integer> reader = () -> {
            int reads = 0;
            while (!over.get()) {
                try {
                    lengths.add(SequenceImage.read(file).tokens().size());
                    reads++;
                } catch (UnreadableFileException notYet) {
                    assertThat(notYet).hasCauseInstanceOf(NoSuchFileException.class);
                    assertThat(reads).isZero();
                }
            }
            return reads;
        };
        Captured result;
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<Captured> watcher = threads.submit(() -> run("watch", file.toString()));
            Future<Integer> reads = threads.submit(reader);
            result = run("generate", "Once", "-n", "200", "--stream", "--seed", "3", "-o", path("o"));
            over.set(true);
            assertThat(reads.get()).isPositive();
            Captured watched = watcher.get();
            assertThat(watched.code()).as(watched.err()).isZero();
            int count = SequenceImage.read(file).tokens().size();
            assertThat(watched.out()).endsWith(count + " tokens, stopped: " + stop(file) + "\n");
            assertThat(watched.out()).hasLineCount(count + 1);
        }
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(lengths).hasSizeGreaterThan(1);
        try (Stream<Path> left = Files.list(folder.resolve("o"))) {
            assertThat(left.map(each -> each.getFileName().toString()))
                    .containsExactlyInAnyOrder("input_tokens.pxi", "output_sequence.pxi");
        }
    }

    @Test
    void watchDrawsOnATerminalAndRefusesOtherImages() {
        run("generate", "Once", "-n", "70", "--seed", "3", "-o", path("o"));
        Captured drawn = Captured.run(folder, true, "watch", path("o/output_sequence.pxi"));
        assertThat(drawn.out()).contains("\u001b[H", "▀", "70 tokens, stopped: length");
        Captured refused = run("watch", path("o/input_tokens.pxi"));
        assertThat(refused.code()).isEqualTo(65);
        assertThat(refused.err()).contains("input_tokens.pxi", "a token image (");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a -i b",
                "a -n 0",
                "a -n 70000",
                "a --temperature -1",
                "a --temperature NaN",
                "a --top-k -1",
                "a --top-p 0",
                "a --min-p 2",
                "a --repeat-penalty 0",
                "a --seed x",
                "a --seed 99999999999999999999",
                "a --beams 0",
                "a --beams 257",
                "a --beams 2 --stream",
                "a --beams 2 --seed 1",
                "a --beams 2 --temperature 1",
                "a --stop=",
            })
    void usageFaultsExitWith2AndWriteNothing(String line) {
        String all = "generate " + line + " -o " + path("o");
        Captured result = run(all.trim().split(" +"));
        assertThat(result.code()).as(result.err()).isEqualTo(2);
        assertThat(result.err()).isNotEmpty().doesNotContain("\tat ");
        assertThat(folder.resolve("o")).doesNotExist();
    }
}
