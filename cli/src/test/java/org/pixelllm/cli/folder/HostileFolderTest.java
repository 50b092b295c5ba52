package org.pixelllm.cli.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.cli.Captured;
import org.pixelllm.cli.answer.QuestionName;
import org.pixelllm.cli.file.PxiFile;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;

/** One bad item never stops the others, and asked again means answered again. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class HostileFolderTest {

    private static final Path GOLDEN = Captured.ROOT.resolve("cartridges/golden.pxi");
    private static final Path MEMORY = Path.of("/dev/shm");

    @TempDir
    private Path folder;

    private Path in;
    private Path out;

    @BeforeEach
    void makeFolders() throws IOException {
        in = Files.createDirectory(folder.resolve("in"));
        out = folder.resolve("out");
    }

    private Captured serve(String... more) {
        return serveWith(GOLDEN, more);
    }

    private Captured serveWith(Path cartridge, String... more) {
        List<String> args = new ArrayList<>(List.of(
                "serve-folder",
                in.toString(),
                out.toString(),
                "--once",
                "--settle",
                "0",
                "-x",
                "reference",
                "-c",
                cartridge.toString()));
        args.addAll(List.of(more));
        return Captured.run(folder, args.toArray(String[]::new));
    }

    private void ask(String name, int... ids) throws IOException {
        new TokenImage(ids).write(in.resolve(name + ".pxi"), Map.of());
    }

    private static Set<Path> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::getFileName).collect(Collectors.toSet());
        }
    }

    private void assertAnswered(String... names) {
        for (String name : names) {
            assertThat(out.resolve(name + ".output_token.pxi")).isRegularFile();
            assertThat(out.resolve(name + ".logits_heatmap.pxi")).isRegularFile();
            assertThat(out.resolve("answered/" + name + ".pxi")).isRegularFile();
        }
    }

    @Test
    void allAtOnceAreExplainedAndTheOthersAnswered() throws IOException {
        for (Hostile each : Hostile.values()) {
            each.put(in);
        }
        ask("a", 65);
        ask("z", 66);
        Captured result = serve();
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).contains("2 answered, " + Hostile.values().length + " rejected");
        assertAnswered("a", "z");
        assertThat(names(in)).isEmpty();
        Path rejected = out.resolve("rejected");
        for (Hostile each : Hostile.values()) {
            assertThat(Files.exists(each.in(rejected), LinkOption.NOFOLLOW_LINKS))
                    .as(each.name())
                    .isTrue();
            assertThat(rejected.resolve(each.reasonFile()))
                    .content()
                    .as(each.name())
                    .contains(each.reason);
        }
        assertThat(names(rejected)).hasSize(2 * Hostile.values().length);
        assertThat(result.err()).contains("\\u001B").doesNotContain("\u001b");
        assertThat(serve().out()).contains("0 answered, 0 rejected");
    }

    /** What is no file is not copied there: to open it would wait, or never end. It stays, and is said. */
    @Test
    void allAtOnceWithAnswersOnAnotherFileSystem() throws IOException {
        Assumptions.assumeTrue(
                Files.isDirectory(MEMORY) && !Files.getFileStore(MEMORY).equals(Files.getFileStore(folder)),
                "no second file system");
        out = Files.createTempDirectory(MEMORY, "pixel-llm");
        try {
            for (Hostile each : Hostile.values()) {
                each.put(in);
            }
            ask("a", 65);
            ask("z", 66);
            Captured result = serve();
            assertThat(result.code()).as(result.err()).isZero();
            assertThat(result.out()).contains("2 answered", "2 left where they are");
            assertAnswered("a", "z");
            for (Hostile each : Hostile.values()) {
                Path end = each.isOther() ? in : out.resolve("rejected");
                assertThat(Files.exists(each.in(end), LinkOption.NOFOLLOW_LINKS))
                        .as(each.name())
                        .isTrue();
                assertThat(out.resolve("rejected").resolve(each.reasonFile()))
                        .content()
                        .contains(each.reason);
            }
            assertThat(names(in)).hasSize(2);
        } finally {
            try (Stream<Path> all = Files.walk(out)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    /** A process was stopped while it took a question to another file system. */
    @Test
    void whatWasClaimedIsFoundAgain() throws IOException {
        Files.createDirectories(out);
        ask("a", 65);
        try (OutFolder other = OutFolder.open(out)) {
            Path claimed = Files.createDirectory(other.claimed(in));
            Files.move(in.resolve("a.pxi"), claimed.resolve("a.pxi"));
        }
        assertThat(serve().out()).contains("1 answered");
        assertAnswered("a");
        assertThat(names(in)).isEmpty();
    }

    /** The cartridge's row 2 is infinite: whoever asks with it meets NaN, and nobody else. */
    @Test
    void aQuestionThatTheModelCannotComputeIsRejectedAlone() throws IOException {
        Path cartridge = fixture("f16_inf_embed.pxi");
        for (String name : List.of("a", "b", "c")) {
            Files.copy(fixture("question-ok.pxi"), in.resolve(name + ".pxi"));
        }
        Files.copy(fixture("question-nan.pxi"), in.resolve("bad.pxi"));
        for (String[] more : new String[][] {{}, {"--sequence", "-n", "2"}}) {
            Captured result = serveWith(cartridge, more);
            assertThat(result.code()).as(result.err()).isZero();
            assertThat(result.out()).contains("3 answered, 1 rejected");
            assertAnswered("a", "b", "c");
            assertThat(out.resolve("rejected/bad.txt")).content().contains("NaN");
            try (Stream<Path> all = Files.list(out.resolve("answered"))) {
                for (Path each : all.toList()) {
                    Files.move(each, in.resolve(each.getFileName()));
                }
            }
            Files.move(out.resolve("rejected/bad.pxi"), in.resolve("bad.pxi"));
        }
        Captured infer = Captured.run(
                folder,
                "infer",
                "-i",
                in.toString(),
                "-c",
                cartridge.toString(),
                "-x",
                "reference",
                "-o",
                folder.resolve("o").toString());
        assertThat(infer.code()).isNotZero();
        assertThat(infer.out()).contains("3 answered", "1 refused");
        assertThat(infer.err()).contains("NaN").hasLineCount(1);
    }

    private Path fixture(String name) throws IOException {
        Path file = folder.resolve("fixture-" + name);
        try (InputStream stream = HostileFolderTest.class.getResourceAsStream("/nan/" + name)) {
            Files.copy(Objects.requireNonNull(stream), file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    @Test
    void foldersWhereFilesBelongAreThatQuestionsError() throws IOException {
        serve();
        for (String place : List.of(
                "token.output_token.pxi",
                "heat.logits_heatmap.pxi",
                "sequence.output_sequence.pxi",
                "taken/taken.pxi",
                "answered/answered.pxi",
                "rejected/bad.txt",
                "rejected/bad.pxi")) {
            Files.createDirectories(out.resolve(place).resolve("full"));
        }
        for (String name : List.of("a", "token", "heat", "sequence", "taken", "answered", "z")) {
            ask(name, 65, 66);
        }
        Hostile.PAGE.make(in.resolve("bad.pxi"));
        Captured result = serve();
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).contains("3 answered, 5 rejected");
        assertAnswered("a", "z");
        for (String name : List.of("token", "heat", "sequence", "taken")) {
            assertThat(out.resolve("rejected/" + name + ".pxi")).exists();
            assertThat(out.resolve("rejected/" + name + ".txt")).isNotEmptyFile();
            assertThat(result.err()).contains(name + ".pxi");
        }
        assertThat(out.resolve("heat.output_token.pxi"))
                .as("no half of an answer")
                .doesNotExist();
        String hash = new QuestionName(Path.of("bad.pxi")).hash();
        assertThat(out.resolve("rejected/" + hash + ".pxi")).exists();
        assertThat(out.resolve("rejected/" + hash + ".txt")).content().contains("HTML");
        assertThat(names(in)).isEmpty();
        assertThat(serve().out()).contains("0 answered, 0 rejected");
    }

    @Test
    void whatIsMissingOfAnAnswerIsMadeAgain() throws IOException {
        ask("a", 65, 66);
        serve("--sequence", "-n", "3");
        for (String ending : List.of("output_token", "logits_heatmap", "output_sequence")) {
            Path file = out.resolve("a." + ending + ".pxi");
            byte[] before = Files.readAllBytes(file);
            Files.delete(file);
            ask("a", 65, 66);
            assertThat(serve("--sequence", "-n", "3").out()).contains("1 answered");
            assertThat(file).hasBinaryContent(before);
        }
    }

    @Test
    void noSequenceOfAnOlderQuestionStaysBesideANewerAnswer() throws IOException {
        ask("a", 65, 66);
        serve("--sequence", "-n", "3");
        assertThat(SequenceImage.read(out.resolve("a.output_sequence.pxi")).tokens())
                .isNotEmpty();
        ask("a", 67);
        assertThat(serve().out()).contains("1 answered");
        assertThat(out.resolve("a.output_sequence.pxi")).doesNotExist();
        assertAnswered("a");
    }

    /** The link may lead nowhere, or elsewhere, from another folder: what it pointed at is taken. */
    @Test
    void aRelativeLinkIsAnsweredAfterARestartAsBefore() throws IOException {
        Path real = Files.createDirectory(folder.resolve("data")).resolve("real.pxi");
        new TokenImage(new int[] {65, 66, 67}).write(real, Map.of());
        Files.createSymbolicLink(in.resolve("a.pxi"), Path.of("../data/real.pxi"));
        assertThat(serve().out()).contains("1 answered");
        PredictionImage first = PredictionImage.read(out.resolve("a.output_token.pxi"));
        // stopped after it was taken, before it was answered
        Files.move(out.resolve("answered/a.pxi"), out.resolve("taken/a.pxi"));
        Files.delete(out.resolve("a.output_token.pxi"));
        Files.createDirectories(out.resolve("data"));
        new TokenImage(new int[] {1}).write(out.resolve("data/real.pxi"), Map.of());
        assertThat(serve().out()).contains("1 answered");
        assertThat(PredictionImage.read(out.resolve("a.output_token.pxi"))).isEqualTo(first);
        assertThat(TokenImage.read(out.resolve("answered/a.pxi")).count()).isEqualTo(3);
        assertThat(real).exists();
    }

    @Test
    void inferOfAFolderGoesOnToo() throws IOException {
        for (Hostile each : Hostile.values()) {
            each.put(in);
        }
        ask("a", 65);
        ask("blocked", 65);
        ask("z", 66);
        Files.createDirectories(out.resolve("blocked.output_token.pxi/full"));
        Captured result = Captured.run(
                folder, "infer", "-i", in.toString(), "-o", out.toString(), "-c", GOLDEN.toString(), "--json");
        assertThat(result.code()).as(result.err()).isNotZero();
        assertThat(result.err())
                .hasLineCount(Hostile.values().length + 1 - 1); // a link to a folder is no question there
        assertThat(result.err())
                .contains("too long", "not UTF-8", "it is a directory")
                .doesNotContain("\u001b");
        for (String name : List.of("a", "z")) {
            assertThat(out.resolve(name + ".output_token.pxi")).exists();
            assertThat(out.resolve(name + ".logits_heatmap.pxi")).exists();
        }
        assertThat(names(out)).hasSize(2 * 2 + 1);
    }

    /** Times and size may be kept; the digest that an answer names is that of the weights that gave it. */
    @Test
    void aCartridgeThatIsReplacedBetweenQuestionsAnswersTheNextOnes() throws Exception {
        Path cartridge = Files.copy(GOLDEN, folder.resolve("model.pxi"));
        Path next = Files.copy(Captured.ROOT.resolve("cartridges/default.pxi"), folder.resolve("next.pxi"));
        Files.setLastModifiedTime(next, Files.getLastModifiedTime(cartridge));
        try (ServedFolder served = ServedFolder.start(folder, in, out, cartridge)) {
            ask("a", 65, 66);
            served.awaitAnswer("a");
            Files.move(next, cartridge, StandardCopyOption.ATOMIC_MOVE);
            ask("b", 65, 66);
            served.awaitAnswer("b");
            assertThat(cartridgeOf("a")).isNotEqualTo(cartridgeOf("b"));
            // in place: what is open is neither the old nor the new
            byte[] other = Files.readAllBytes(cartridge);
            other[other.length / 2] ^= 1;
            Files.write(cartridge, other);
            ask("c", 65, 66);
            assertThat(served.await()).isEqualTo(75);
            assertThat(served.log())
                    .contains("model.pxi: has changed while it was in use")
                    .doesNotContain("Exception");
            assertThat(out.resolve("c.output_token.pxi")).doesNotExist();
            assertThat(out.resolve("taken/c.pxi")).exists();
        }
    }

    private String cartridgeOf(String name) throws IOException {
        return Objects.requireNonNull(PxiFile.read(out.resolve(name + ".output_token.pxi"))
                .png()
                .text()
                .get("Cartridge"));
    }
}
