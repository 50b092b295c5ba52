package org.pixelllm.cli.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.cli.Captured;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;

/** Two servers of one input folder, killed again and again, with every hostile item among many good questions. */
@DisabledOnOs(OS.WINDOWS)
class HostileSoakTest {

    private static final boolean LONG = Boolean.getBoolean("pixelllm.long");
    private static final int QUESTIONS = Integer.getInteger("pixelllm.hostile.files", LONG ? 2000 : 60);
    private static final int KILLS = Integer.getInteger("pixelllm.hostile.kills", LONG ? 20 : 2);
    private static final int SERVERS = 2;
    private static final Path GOLDEN = Captured.ROOT.resolve("cartridges/golden.pxi");

    @TempDir
    private Path folder;

    private final Random random = new Random(Long.getLong("pixelllm.hostile.seed", 1));

    private Path in() {
        return folder.resolve("in");
    }

    private Path out(int server) {
        return folder.resolve("out" + server);
    }

    private static TokenImage question(int number) {
        return new TokenImage(new int[] {number % 200, number / 200, 65});
    }

    private void ask(int number) throws IOException {
        Path file = in().resolve("q" + number + ".pxi");
        if (number % 10 == 7) { // through a link that would point elsewhere from another folder
            question(number).write(folder.resolve("data/q" + number + ".pxi"), Map.of());
            Files.createSymbolicLink(file, Path.of("../data/q" + number + ".pxi"));
        } else {
            question(number).write(file, Map.of());
        }
    }

    private ServedFolder serve(int server, String... more) throws IOException {
        return ServedFolder.start(folder, in(), out(server), GOLDEN, more);
    }

    @Test
    @Timeout(value = 900)
    void allGoodOnesAreAnsweredOnceAndAllBadOnesExplained() throws Exception {
        Path in = Files.createDirectory(in());
        Hostile[] hostile = Hostile.values();
        List<ServedFolder> servers = new ArrayList<>();
        try {
            for (int server = 0; server < SERVERS; server++) {
                servers.add(serve(server));
            }
            int asked = 0;
            int bad = 0;
            for (int round = 0; round <= KILLS; round++) {
                for (int upTo = QUESTIONS * (round + 1) / (KILLS + 1); asked < upTo; asked++) {
                    ask(asked);
                }
                for (int upTo = hostile.length * (round + 1) / (KILLS + 1); bad < upTo; bad++) {
                    hostile[bad].put(in);
                }
                if (round < KILLS) {
                    int victim = random.nextInt(SERVERS);
                    awaitDone(victim, done(victim) + 1 + random.nextInt(5));
                    servers.get(victim).kill();
                    servers.set(victim, serve(victim));
                }
            }
            awaitDone(0, QUESTIONS + hostile.length - done(1));
        } finally {
            for (ServedFolder each : servers) {
                assertThat(each.isAlive()).as(each.log()).isTrue();
                each.kill();
            }
        }
        for (int server = 0; server < SERVERS; server++) {
            try (ServedFolder last = serve(server, "--once")) {
                assertThat(last.await()).as(last.log()).isZero();
            }
        }
        try (Stream<Path> left = Files.list(in)) {
            assertThat(left).isEmpty();
        }
        try (PixelLlm model = PixelLlm.open(GOLDEN, new ExecutorChoice("reference", 1))) {
            for (int i = 0; i < QUESTIONS; i++) {
                assertAnsweredOnce(model, i);
            }
        }
        for (Hostile each : hostile) {
            assertExplainedOnce(each);
        }
        for (int server = 0; server < SERVERS; server++) {
            try (Stream<Path> left = Files.list(out(server).resolve("taken"))) {
                assertThat(left).isEmpty();
            }
            try (Stream<Path> all = Files.list(out(server))) {
                assertThat(all).noneMatch(file -> file.toString().endsWith(".tmp"));
            }
        }
    }

    private int done(int server) throws IOException {
        int count = 0;
        for (String name : List.of("answered", "rejected")) {
            Path end = out(server).resolve(name);
            if (Files.isDirectory(end)) {
                try (Stream<Path> files = Files.list(end)) {
                    count += (int) files.filter(file -> file.toString().endsWith(".pxi"))
                            .count();
                }
            }
        }
        return count;
    }

    /** Waits until a server has done so many, or all is done. */
    private void awaitDone(int server, int enough) throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONG ? 300 : 60);
        while (done(server) < enough && !isEmpty() && System.nanoTime() < until) {
            Thread.sleep(5);
        }
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> left = Files.list(in())) {
            return left.noneMatch(file -> file.toString().endsWith(".pxi"));
        }
    }

    private void assertAnsweredOnce(PixelLlm model, int number) throws IOException {
        String name = "q" + number;
        Answer right = model.predict(question(number));
        int times = 0;
        for (int server = 0; server < SERVERS; server++) {
            Path token = out(server).resolve(name + ".output_token.pxi");
            boolean answered = Files.exists(out(server).resolve("answered").resolve(name + ".pxi"));
            assertThat(Files.exists(token)).as(name).isEqualTo(answered);
            if (answered) {
                times++;
                assertThat(PredictionImage.read(token)).isEqualTo(right.prediction(5));
                assertThat(LogitsHeatmap.read(out(server).resolve(name + ".logits_heatmap.pxi")))
                        .isEqualTo(right.heatmap());
            }
        }
        assertThat(times).as(name).isEqualTo(1);
    }

    private void assertExplainedOnce(Hostile item) throws IOException {
        int times = 0;
        for (int server = 0; server < SERVERS; server++) {
            Path rejected = out(server).resolve("rejected");
            if (Files.exists(item.in(rejected), LinkOption.NOFOLLOW_LINKS)) {
                times++;
                assertThat(rejected.resolve(item.reasonFile())).content().contains(item.reason);
            }
        }
        assertThat(times).as(item.name()).isEqualTo(1);
    }
}
