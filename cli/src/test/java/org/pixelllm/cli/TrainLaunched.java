package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.program.Role;

/** Training as a process that is ended in every way. Runs after packaging. */
class TrainLaunched {

    private static final Path ROOT =
            Path.of(System.getProperty("pixelllm.root")).toAbsolutePath();
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String JAR = ROOT.resolve("cli/target/pixel-llm.jar").toString();

    /** A checkpoint after nearly every step, so that most of the time goes into writing. */
    private static final List<String> RUN = List.of(
            "text.txt",
            "-o",
            "model.pxi",
            "--dim",
            "64",
            "--layers",
            "1",
            "--heads",
            "2",
            "--context",
            "8",
            "--batch",
            "1",
            "--steps",
            "40",
            "--valid",
            "valid.txt",
            "--measure",
            "9",
            "--average",
            "0.2",
            "--checkpoint-minutes",
            "0.00001");

    private static final List<String> RESUME = List.of("--resume", "model.pxi", "--checkpoint-minutes", "0.00001");

    private static final int KILLS = Boolean.getBoolean("pixelllm.long") ? 6 : 2;

    @TempDir
    private Path folder;

    @BeforeEach
    void writeText() throws IOException {
        Files.writeString(folder.resolve("text.txt"), "once upon a time there was a fox. ".repeat(30));
        Files.writeString(folder.resolve("valid.txt"), "there was a time, once; upon a fox. ".repeat(2));
    }

    private Process start(Path in, List<String> options) throws IOException {
        // Loops: vectors that nothing optimizes are slower, and the bits are the same.
        List<String> command = new ArrayList<>(List.of(JAVA, "-XX:TieredStopAtLevel=1", "-jar", JAR, "train"));
        command.addAll(options);
        return new ProcessBuilder(command)
                .directory(in.toFile())
                .redirectOutput(folder.resolve("stdout.txt").toFile())
                .redirectError(folder.resolve("stderr.txt").toFile())
                .start();
    }

    private String err() throws IOException {
        return Files.readString(folder.resolve("stderr.txt"));
    }

    private static List<float[]> weights(Path cartridge) throws IOException {
        try (Cartridge open = Cartridge.open(cartridge)) {
            return open.program().withRole(Role.WEIGHT).stream()
                    .map(id -> open.weights().get(id).decode())
                    .toList();
        }
    }

    private static boolean differs(Path file, byte[] before) throws IOException {
        return !Arrays.equals(Files.readAllBytes(file), before);
    }

    private static void assertSameWeights(Path found, Path expected) throws IOException {
        List<float[]> values = weights(found);
        for (int i = 0; i < values.size(); i++) {
            assertThat(values.get(i)).containsExactly(weights(expected).get(i));
        }
    }

    private Path uninterrupted() throws IOException, InterruptedException {
        Path other = Files.createDirectory(folder.resolve("uninterrupted"));
        Files.copy(folder.resolve("text.txt"), other.resolve("text.txt"));
        Files.copy(folder.resolve("valid.txt"), other.resolve("valid.txt"));
        List<String> options = new ArrayList<>(RUN);
        options.set(options.size() - 1, "5");
        assertThat(start(other, options).waitFor()).as(err()).isZero();
        return other.resolve("model.pxi");
    }

    /** Whenever it is killed, the last checkpoint that was whole is there, and the end is the same. */
    @Test
    void killedAtAnyMomentItGoesOn() throws IOException, InterruptedException {
        Random random = new Random(5);
        Path state = folder.resolve("model.pxi.state");
        Path model = folder.resolve("model.pxi");
        int killed = 0;
        for (boolean ended = false; !ended; ) {
            byte[] before = Files.exists(state) ? Files.readAllBytes(state) : new byte[0];
            Process process = start(folder, before.length > 0 ? RESUME : RUN);
            if (killed < KILLS) {
                while (process.isAlive() && !(Files.exists(state) && differs(state, before))) {
                    Thread.sleep(5);
                }
                ended = process.waitFor(random.nextInt(1, 150), TimeUnit.MILLISECONDS);
                process.destroyForcibly();
                killed++;
            } else {
                ended = true;
            }
            int code = process.waitFor();
            assertThat(code == 0 || !ended).as(err()).isTrue();
            if (Files.exists(model)) {
                assertThat(weights(model)).isNotEmpty();
            }
        }
        assertThat(state).doesNotExist();
        assertSameWeights(model, uninterrupted());
    }

    @Test
    void askedToEndItFinishesItsStepAndSaysHowToGoOn() throws IOException, InterruptedException {
        Path state = folder.resolve("model.pxi.state");
        List<String> options = new ArrayList<>(RUN);
        options.set(options.indexOf("40"), "100000");
        Process process = start(folder, options);
        while (!Files.exists(state) && process.isAlive()) {
            Thread.sleep(5);
        }
        process.destroy();
        assertThat(process.waitFor()).as(err()).isEqualTo(ExitCode.INTERRUPTED.code());
        assertThat(err()).contains("Stopped after step ", " of 100000", "pixel-llm train --resume model.pxi");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".tmp")))
                    .isEmpty();
        }
    }

    /** A disk of one megabyte, on which the state has no room. */
    @Test
    void aFullDiskIsNamedAndLeavesNothingHalfWritten() throws IOException, InterruptedException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeThat(new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor())
                .as("a small disk can be mounted; elsewhere this test is skipped")
                .isZero();
        try {
            Files.copy(folder.resolve("text.txt"), disk.resolve("text.txt"));
            Files.copy(folder.resolve("valid.txt"), disk.resolve("valid.txt"));
            Process process = start(disk, RUN);
            assertThat(process.waitFor()).as(err()).isEqualTo(ExitCode.CANNOT_WRITE.code());
            assertThat(err())
                    .containsOnlyOnce("pixel-llm: ")
                    .contains(
                            "model.pxi.state: cannot be written: No space left on device",
                            "Nothing of the run is kept");
            assertThat(disk.toFile().list()).containsExactlyInAnyOrder("text.txt", "valid.txt");
        } finally {
            new ProcessBuilder("umount", disk.toString()).start().waitFor();
        }
    }
}
