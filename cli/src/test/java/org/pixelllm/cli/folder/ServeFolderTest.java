package org.pixelllm.cli.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.cli.Captured;
import org.pixelllm.cli.file.PxiFile;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;

/** The hot folder, in this process and in others that are killed, with the shipped cartridge. */
class ServeFolderTest {

    private static final boolean LONG = Boolean.getBoolean("pixelllm.long");

    /** Questions and kills of the test that kills. */
    private static final int FILES = Integer.getInteger("pixelllm.hot.files", LONG ? 10_000 : 80);

    private static final int KILLS = Integer.getInteger("pixelllm.hot.kills", LONG ? 10 : 2);

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
        List<String> args = new ArrayList<>(
                List.of("serve-folder", in.toString(), out.toString(), "--once", "--settle", "0", "-x", "reference"));
        args.addAll(List.of(more));
        return Captured.run(folder, args.toArray(String[]::new));
    }

    private static TokenImage question(int number) {
        return new TokenImage(("Once " + number).codePoints().map(c -> c % 256).toArray());
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void assertAnswered(PixelLlm model, int number) throws IOException {
        Answer answer = model.predict(question(number));
        assertThat(PredictionImage.read(out.resolve("q" + number + ".output_token.pxi")))
                .isEqualTo(answer.prediction(5));
        assertThat(LogitsHeatmap.read(out.resolve("q" + number + ".logits_heatmap.pxi")))
                .isEqualTo(answer.heatmap());
        assertThat(TokenImage.read(out.resolve("answered/q" + number + ".pxi"))).isEqualTo(question(number));
    }

    private static PixelLlm model() throws IOException {
        return PixelLlm.open(Captured.ROOT.resolve("cartridges/default.pxi"), new ExecutorChoice("reference", 1));
    }

    @Test
    void goodOnesAreAnsweredAndBadOnesExplained() throws IOException {
        for (int i = 0; i < 70; i++) {
            question(i).write(in.resolve("q" + i + ".pxi"), Map.of());
        }
        Files.writeString(in.resolve("page.pxi"), "<html>");
        Files.write(in.resolve("cut.pxi"), Arrays.copyOf(question(1).toPng(Map.of()), 50));
        new TokenImage(new int[] {65_535}).write(in.resolve("far.pxi"), Map.of());
        Files.writeString(in.resolve("note.txt"), "not for us");
        Files.writeString(in.resolve(".hidden.pxi"), "not yet");
        Files.createDirectory(in.resolve("folder.pxi"));
        Captured result = serve();
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).contains("70 answered, 3 rejected");
        try (PixelLlm model = model()) {
            for (int i = 0; i < 70; i++) {
                assertAnswered(model, i);
            }
        }
        assertThat(names(in)).containsExactly(".hidden.pxi", "folder.pxi", "note.txt");
        assertThat(names(out.resolve("rejected")))
                .containsExactly("cut.pxi", "cut.txt", "far.pxi", "far.txt", "page.pxi", "page.txt");
        assertThat(out.resolve("rejected/page.txt")).content().contains("page.pxi", "HTML");
        assertThat(out.resolve("rejected/far.txt")).content().contains("far.pxi", "65535");
        assertThat(names(out.resolve("taken"))).isEmpty();
    }

    @Test
    void sequencesAreThoseOfGenerate() throws IOException {
        for (int i = 0; i < 9; i++) {
            question(i).write(in.resolve("q" + i + ".pxi"), Map.of());
        }
        assertThat(serve("--sequence", "-n", "12").code()).isZero();
        for (int i = 0; i < 9; i++) {
            Path file = out.resolve("q" + i + ".output_sequence.pxi");
            String seed = Objects.requireNonNull(PxiFile.read(file).png().text().get("Seed"));
            Path question = out.resolve("answered/q" + i + ".pxi");
            Captured alone = Captured.run(
                    folder,
                    "generate",
                    "-i",
                    question.toString(),
                    "-n",
                    "12",
                    "--seed",
                    seed,
                    "-x",
                    "reference",
                    "-o",
                    folder.resolve("alone").toString());
            assertThat(alone.code()).as(alone.err()).isZero();
            assertThat(folder.resolve("alone/output_sequence.pxi")).hasSameBinaryContentAs(file);
            assertThat(SequenceImage.read(file).tokens()).isNotEmpty();
        }
    }

    /** As if the process had been stopped between any two of its steps. */
    @Test
    void whatWasBegunIsFinishedAndNotDoneAgain() throws IOException {
        question(1).write(in.resolve("q1.pxi"), Map.of());
        question(2).write(in.resolve("q2.pxi"), Map.of());
        question(3).write(in.resolve("q3.pxi"), Map.of());
        serve();
        Path first = out.resolve("q1.output_token.pxi");
        Object before = key(first);
        // answered, but not yet moved on
        Files.move(out.resolve("answered/q1.pxi"), out.resolve("taken/q1.pxi"));
        // taken, and its picture written, but not its prediction
        Files.move(out.resolve("answered/q2.pxi"), out.resolve("taken/q2.pxi"));
        Files.delete(out.resolve("q2.output_token.pxi"));
        // taken, while another question of its name waits
        Files.move(out.resolve("answered/q3.pxi"), out.resolve("taken/q3.pxi"));
        Files.delete(out.resolve("q3.output_token.pxi"));
        question(4).write(in.resolve("q3.pxi"), Map.of());
        // files that were never finished
        Files.writeString(out.resolve(".pixel-llm-1-1.tmp"), "half");
        Files.writeString(out.resolve("answered/.moving-q9.pxi"), "half");
        assertThat(serve().out()).contains("4 answered, 0 rejected");
        assertThat(key(first)).isEqualTo(before);
        try (PixelLlm model = model()) {
            assertAnswered(model, 1);
            assertAnswered(model, 2);
            assertThat(PredictionImage.read(out.resolve("q3.output_token.pxi")))
                    .isEqualTo(model.predict(question(4)).prediction(5));
        }
        assertThat(names(out.resolve("taken"))).isEmpty();
        assertThat(names(out.resolve("answered"))).containsExactly("q1.pxi", "q2.pxi", "q3.pxi");
        assertThat(names(out)).noneMatch(name -> name.endsWith(".tmp"));
        // asked otherwise, it is answered anew
        question(1).write(in.resolve("q1.pxi"), Map.of());
        serve("-k", "3");
        assertThat(PredictionImage.read(first).predictions()).hasSize(3);
    }

    private static Object key(Path file) throws IOException {
        return Objects.requireNonNull(
                Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    }

    @Test
    void aFileThatIsStillBeingWrittenIsWaitedFor() throws Exception {
        byte[] file = question(5).toPng(Map.of());
        Path place = in.resolve("q5.pxi");
        Files.write(place, Arrays.copyOf(file, 40));
        try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
            Future<Captured> served = threads.submit(() ->
                    Captured.run(folder, "serve-folder", in.toString(), out.toString(), "--once", "--settle", "3000"));
            while (!Files.exists(out.resolve("rejected"))) {
                Thread.sleep(1);
            }
            Files.write(place, Arrays.copyOf(file, 60));
            Thread.sleep(100);
            assertThat(served.isDone()).isFalse();
            Files.write(place, file);
            assertThat(served.get().out()).contains("1 answered, 0 rejected");
        }
    }

    @Test
    void oneFolderIsServedOnce() throws IOException {
        Files.createDirectories(out);
        try (OutFolder other = OutFolder.open(out)) {
            assertThat(other.taken()).exists();
            Captured second = serve();
            assertThat(second.code()).isEqualTo(2);
            assertThat(second.err()).contains("in use by another");
        }
        assertThat(serve().code()).isZero();
        assertThat(Captured.run(folder, "serve-folder", in.toString(), in.toString(), "--once")
                        .code())
                .isEqualTo(2);
        assertThat(Captured.run(folder, "serve-folder", folder.resolve("none").toString(), out.toString())
                        .code())
                .isEqualTo(2);
        assertThat(serve("--settle", "-1").code()).isEqualTo(2);
        assertThat(serve("--temperature", "-1").code()).isEqualTo(2);
    }

    /** Processes that are killed in the middle of it, while questions still come. */
    @Test
    void killedAtAnyMomentNothingIsLostOrDoneTwice() throws Exception {
        int count = FILES;
        int kills = KILLS;
        Random random = new Random(Long.getLong("pixelllm.hot.seed", 1));
        boolean[] good = new boolean[count];
        for (int i = 0; i < count; i++) {
            good[i] = i != 7 && random.nextInt(100) > 0; // one bad one at least
        }
        Map<String, Object> settled = new HashMap<>();
        int written = 0;
        for (int run = 0; run <= kills; run++) {
            int upTo = run == kills ? count : count * (run + 1) / (kills + 1);
            Process server = start(run == kills);
            for (; written < upTo; written++) {
                ask(written, good[written]);
            }
            if (run < kills) {
                int enough = done() + 1 + random.nextInt(Math.max(1, count / (kills + 1) - 1));
                while (done() < Math.min(enough, written) && server.isAlive()) {
                    Thread.sleep(1);
                }
                server.destroyForcibly();
            }
            server.waitFor();
            assertThat(run < kills || server.exitValue() == 0).isTrue();
            for (String name : names(out.resolve("answered"))) {
                Path token = out.resolve(name.replace(".pxi", ".output_token.pxi"));
                Object before = settled.putIfAbsent(name, key(token));
                assertThat(before == null || before.equals(key(token))).as(name).isTrue();
            }
        }
        assertThat(names(in)).isEmpty();
        assertThat(names(out.resolve("taken"))).isEmpty();
        int bad = 0;
        try (PixelLlm model = model()) {
            for (int i = 0; i < count; i++) {
                if (good[i]) {
                    assertAnswered(model, i);
                } else {
                    bad++;
                    assertThat(out.resolve("rejected/q" + i + ".pxi")).exists();
                    assertThat(out.resolve("rejected/q" + i + ".txt")).content().contains("q" + i + ".pxi", "expected");
                }
            }
        }
        assertThat(names(out.resolve("answered"))).hasSize(count - bad);
        assertThat(names(out.resolve("rejected"))).hasSize(2 * bad);
        // two answers each, the lock, and three folders
        assertThat(names(out)).hasSize(2 * (count - bad) + 4);
    }

    private int done() throws IOException {
        return Files.isDirectory(out.resolve("answered"))
                ? names(out.resolve("answered")).size()
                : 0;
    }

    private void ask(int number, boolean good) throws IOException {
        Path file = in.resolve("q" + number + ".pxi");
        if (good) {
            question(number).write(file, Map.of());
        } else {
            Files.writeString(file, "nothing of the kind");
        }
    }

    private Process start(boolean once) throws IOException {
        List<String> command =
                Captured.command("serve-folder", in.toString(), out.toString(), "-x", "reference", "--settle", "0.2");
        if (once) {
            command.add("--once");
        }
        File log = folder.resolve("server.log").toFile();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }
}
