package org.pixelllm.cli.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.pixelllm.cli.Captured;

/** A server of a hot folder as a process. */
final class ServedFolder implements AutoCloseable {

    private static final long SECONDS = 60;

    private final Process process;
    private final Path out;
    private final Path log;

    private ServedFolder(Process process, Path out, Path log) {
        this.process = process;
        this.out = out;
        this.log = log;
    }

    /** The command line of one, without what comes before Java. */
    static List<String> command(Path in, Path out, Path cartridge, String... more) {
        List<String> command = Captured.command(
                "serve-folder",
                in.toString(),
                out.toString(),
                "-x",
                "reference",
                "--settle",
                "0.2",
                "-c",
                cartridge.toString());
        command.addAll(List.of(more));
        return command;
    }

    static ServedFolder start(Path folder, Path in, Path out, Path cartridge, String... more) throws IOException {
        return start(folder, out, command(in, out, cartridge, more));
    }

    static ServedFolder start(Path folder, Path out, List<String> command) throws IOException {
        Path log = folder.resolve(out.getFileName() + ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new ServedFolder(process, out, log);
    }

    void awaitAnswer(String name) throws IOException, InterruptedException {
        await(out.resolve("answered").resolve(name + ".pxi"));
    }

    void await(Path file) throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!Files.exists(file)) {
            if (!process.isAlive() || System.nanoTime() > until) {
                throw new AssertionError("no " + file + "; the server said: " + log());
            }
            Thread.sleep(2);
        }
    }

    /** Its exit code. */
    int await() throws InterruptedException, IOException {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("does not end; it said: " + log());
        }
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** As kill -9 does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
