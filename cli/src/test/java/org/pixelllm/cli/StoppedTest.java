package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.png.PngLimits;

/** Generations that are stopped, as processes: what was made is kept, and who watches is not left waiting. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class StoppedTest {

    @TempDir
    private Path folder;

    private Path sequence() {
        return folder.resolve("output_sequence.pxi");
    }

    private Process generate(String... more) throws IOException {
        List<String> command = Captured.command(
                "generate", "Once upon a time", "-n", "60000", "-x", "reference", "-o", folder.toString());
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("generate.log").toFile())
                .start();
    }

    private Path lock() {
        return folder.resolve(".output_sequence.pxi.writing");
    }

    private void awaitWords() throws IOException, InterruptedException {
        Path log = folder.resolve("generate.log");
        while (Files.readString(log).lines().count() < 2 && Files.size(log) < 30) {
            Thread.sleep(5);
        }
    }

    private @Nullable String stop() throws IOException {
        return PxiFiles.read(sequence(), PngLimits.PROTOCOL, PxiFiles.MAX_IMAGE_FILE_BYTES)
                .text()
                .get("Stop");
    }

    @Test
    void aKillKeepsTheSequenceSoFar() throws Exception {
        for (String[] more : new String[][] {{}, {"--stream"}}) {
            Files.deleteIfExists(sequence());
            Process process = generate(more);
            if (more.length == 0) {
                awaitWords();
            } else {
                await(sequence());
            }
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(130);
            assertThat(stop()).isEqualTo("interrupted");
            assertThat(SequenceImage.read(sequence()).tokens()).isNotEmpty();
            assertThat(lock()).doesNotExist();
        }
    }

    private static void await(Path file) throws InterruptedException {
        while (!Files.exists(file)) {
            Thread.sleep(5);
        }
    }

    @Test
    void whoWatchesLearnsThatItsWriterIsGone() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
            Future<Captured> watching = threads.submit(
                    () -> Captured.run(folder, "watch", sequence().toString()));
            Process process = generate("--stream");
            await(sequence());
            process.destroyForcibly().waitFor();
            Captured watched = watching.get(20, TimeUnit.SECONDS);
            assertThat(watched.code()).isEqualTo(75);
            assertThat(watched.err()).contains("its writer is gone").hasLineCount(1);
            assertThat(lock()).doesNotExist();
            // and the other way round
            Files.delete(sequence());
            Future<Captured> again = threads.submit(
                    () -> Captured.run(folder, "watch", sequence().toString()));
            process = generate("--stream");
            await(sequence());
            process.destroy();
            assertThat(again.get(20, TimeUnit.SECONDS).out()).contains("stopped: interrupted");
            assertThat(process.waitFor()).isEqualTo(130);
        }
    }

    /** What an earlier writer left is no reason not to wait for the next. */
    @Test
    void aWriterThatWasGoneBeforeIsForgotten() throws Exception {
        Files.createFile(lock());
        try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
            Future<Captured> watching = threads.submit(
                    () -> Captured.run(folder, "watch", sequence().toString()));
            while (Files.exists(lock())) {
                Thread.sleep(5);
            }
            assertThat(Captured.run(folder, "generate", "a", "-n", "3", "-o", folder.toString())
                            .code())
                    .isZero();
            assertThat(watching.get(20, TimeUnit.SECONDS).out()).contains("3 tokens, stopped: length");
        }
    }

    /** Whoever writes next to it removes what a killed command was writing. */
    @Test
    void temporaryFilesOfKilledCommandsAreRemoved() throws IOException {
        Files.writeString(folder.resolve(".pixel-llm-12ab-7.tmp"), "half");
        assertThat(Captured.run(
                                folder,
                                "encode",
                                "a",
                                "-o",
                                folder.resolve("a.pxi").toString())
                        .code())
                .isZero();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("a.pxi");
        }
    }
}
