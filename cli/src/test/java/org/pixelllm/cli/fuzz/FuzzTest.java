package org.pixelllm.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.cli.Captured;

/**
 * Every target with its seeds, with the inputs that once were findings, and with a few hundred changed ones, always the
 * same. {@code tools/fuzz} lets Jazzer search for more, as long as one likes.
 */
class FuzzTest {

    private static final Path FOUND = Captured.ROOT.resolve("cli/src/test/resources/fuzz");
    private static final int ROUNDS = Boolean.getBoolean("pixelllm.long") ? 50_000 : 150;
    private static final int SECONDS = Boolean.getBoolean("pixelllm.long") ? 60 : 1;
    private static final int MOST_MILLISECONDS = 10_000;

    @TempDir
    private Path folder;

    static Set<String> names() {
        return FuzzTargets.ALL.keySet();
    }

    private static FuzzTarget target(String name) {
        return Objects.requireNonNull(FuzzTargets.ALL.get(name));
    }

    private static List<byte[]> corpus(String name) throws IOException {
        List<byte[]> inputs = new ArrayList<>(target(name).seeds());
        if (Files.isDirectory(FOUND.resolve(name))) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(FOUND.resolve(name), "found-*")) {
                for (Path file : files) {
                    inputs.add(Files.readAllBytes(file));
                }
            }
        }
        return inputs;
    }

    private boolean accepts(String name, byte[] input) throws Exception {
        long start = System.nanoTime();
        boolean accepted = target(name).accepts(input, folder);
        assertThat((System.nanoTime() - start) / 1_000_000).as("milliseconds").isLessThan(MOST_MILLISECONDS);
        return accepted;
    }

    @ParameterizedTest
    @MethodSource("names")
    void seedsAndFindings(String name) throws Exception {
        boolean any = false;
        for (byte[] input : corpus(name)) {
            any |= accepts(name, input);
        }
        assertThat(any).as("one of the seeds is sound").isTrue();
    }

    @ParameterizedTest
    @MethodSource("names")
    void changedInputs(String name) throws Exception {
        List<byte[]> corpus = corpus(name);
        Random random = new Random(name.hashCode());
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        for (int round = 0; round < ROUNDS && System.nanoTime() < end; round++) {
            byte[] input = changed(corpus.get(random.nextInt(corpus.size())), corpus, random);
            try {
                accepts(name, input);
            } catch (Exception | Error e) {
                Path kept = Files.createDirectories(Path.of("target", "fuzz")).resolve(name + "-" + round);
                Files.write(kept, input);
                throw new AssertionError("round " + round + ", kept as " + kept, e);
            }
        }
    }

    private static byte[] changed(byte[] input, List<byte[]> corpus, Random random) {
        byte[] changed = input.clone();
        for (int i = random.nextInt(4); i >= 0 && changed.length > 0; i--) {
            int at = random.nextInt(changed.length);
            switch (random.nextInt(7)) {
                case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> changed[at] = (byte) random.nextInt(256);
                case 2 -> changed[at] = (byte) (random.nextBoolean() ? 0xFF : 0x7F);
                case 3 -> changed = Arrays.copyOf(changed, at);
                case 4 -> Arrays.fill(changed, at, Math.min(changed.length, at + 4), (byte) (random.nextInt(3) - 1));
                case 5 -> {
                    byte[] other = corpus.get(random.nextInt(corpus.size()));
                    int from = other.length == 0 ? 0 : random.nextInt(other.length);
                    int length = Math.min(random.nextInt(64), Math.min(other.length - from, changed.length - at));
                    System.arraycopy(other, from, changed, at, length);
                }
                default -> {
                    int length = Math.min(random.nextInt(16), changed.length - at);
                    byte[] cut = new byte[changed.length - length];
                    System.arraycopy(changed, 0, cut, 0, at);
                    System.arraycopy(changed, at + length, cut, at, cut.length - at);
                    changed = cut;
                }
            }
        }
        return changed;
    }

    /** The form of {@code tools/fuzz}: Jazzer on one target, for so many seconds. */
    @Test
    void search() throws Exception {
        String name = System.getProperty(Fuzzer.TARGET, "");
        assumeTrue(!name.isEmpty(), "no target is named: see docs/fuzzing.md");
        Path place = Path.of("target", "fuzz", name).toAbsolutePath();
        Path inputs = Files.createDirectories(place.resolve("inputs"));
        int number = 0;
        for (byte[] seed : corpus(name)) {
            Files.write(inputs.resolve("seed-" + number++), seed);
        }
        Process jazzer = new ProcessBuilder(
                        "nice",
                        "-n",
                        "19",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-Xss1m",
                        "-XX:+UseSerialGC",
                        "-XX:+EnableDynamicAgentLoading",
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-modules=jdk.incubator.vector",
                        "-Dpixelllm.root=" + Captured.ROOT.toAbsolutePath(),
                        "-D" + Fuzzer.TARGET + "=" + name,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + Fuzzer.class.getName(),
                        "--instrumentation_includes=org.pixelllm.**",
                        "--disabled_hooks=**",
                        "--reproducer_path=" + place,
                        "-artifact_prefix=" + place + "/",
                        "-max_total_time=" + System.getProperty(Fuzzer.TARGET + ".seconds", "600"),
                        "-max_len=100000",
                        "-timeout=20",
                        "-rss_limit_mb=3000",
                        "-print_final_stats=1",
                        inputs.toString())
                .directory(place.toFile())
                .redirectErrorStream(true)
                .redirectOutput(place.resolve("log.txt").toFile())
                .start();
        assertThat(jazzer.waitFor()).as(place.resolve("log.txt").toString()).isZero();
    }
}
