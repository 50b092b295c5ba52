package org.pixelllm.webgpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A Chromium without a window that shows one page. What it writes goes when it is closed. */
final class Chromium implements AutoCloseable {

    private static final String PROPERTY = "pixelllm.browser";
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    /** WebGPU by SwiftShader, which Chromium brings: no GPU is needed. */
    private static final List<String> OPTIONS = List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu-sandbox",
            "--disable-dev-shm-usage",
            "--enable-unsafe-webgpu",
            "--use-webgpu-adapter=swiftshader",
            "--enable-features=Vulkan",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-extensions",
            "--disable-sync");

    private static final int ATTEMPTS = 20;
    private static final long ATTEMPT_NANOS = 200_000_000;

    private final Path folder;
    private final Process process;

    private Chromium(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /** The program, or the test that needs it is skipped. */
    static Path find() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            assertThat(Path.of(named)).as("-D%s", PROPERTY).isExecutable();
            return Path.of(named);
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            for (String name : NAMES) {
                Path file = Path.of(folder, name);
                if (Files.isExecutable(file)) {
                    return file;
                }
            }
        }
        return Assumptions.abort("skipped: there is no browser. Install one of " + String.join(", ", NAMES)
                + " on the PATH, or name it: -D" + PROPERTY + "=FILE");
    }

    static Chromium open(Path program, URI page) throws IOException {
        Path folder = Files.createTempDirectory("pixel-llm-browser");
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(OPTIONS);
        command.add("--user-data-dir=" + folder.resolve("profile"));
        command.add(page.toString());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("TMPDIR", folder.toString());
        try {
            return new Chromium(folder, builder.start());
        } catch (IOException e) {
            delete(folder);
            throw e;
        }
    }

    CompletableFuture<Process> ended() {
        return process.onExit();
    }

    /** The end of what it printed, for messages. */
    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("output"));
        return "It said last: " + lines.subList(Math.max(0, lines.size() - 5), lines.size());
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle each : all) {
            each.onExit().join();
        }
        deleteSoon(folder);
    }

    /** A process that the browser left behind ends by itself, and may write until then. */
    private static void deleteSoon(Path folder) throws IOException {
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            try {
                delete(folder);
                return;
            } catch (IOException | UncheckedIOException e) {
                LockSupport.parkNanos(ATTEMPT_NANOS);
            }
        }
        delete(folder);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
