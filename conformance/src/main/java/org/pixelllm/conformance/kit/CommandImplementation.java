package org.pixelllm.conformance.kit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command as an implementation. It is started without a shell: what is in a path is never taken for more than a
 * path. Its standard input is empty; what it prints is read and, but for the last line, forgotten.
 */
public final class CommandImplementation implements Implementation {

    /** Where a command has the token image's path. */
    public static final String INPUT = "{input}";

    /** Where it has the path of the folder for its files. */
    public static final String OUTPUTS = "{output_dir}";

    /** What is kept of what a command prints, in bytes. */
    private static final int TAIL = 4096;

    /** How long the last words are waited for; a process that was left behind may hold the pipe. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final String command;
    private final List<String> words;
    private final Path folder;

    /**
     * Takes a command.
     *
     * @param command words, {@value #INPUT} and {@value #OUTPUTS} among them or in them
     * @param folder where it runs
     * @throws IllegalArgumentException it lacks one of the two, or a quote has no end
     */
    public CommandImplementation(String command, Path folder) {
        for (String needed : List.of(INPUT, OUTPUTS)) {
            if (!command.contains(needed)) {
                throw new IllegalArgumentException("`" + command + "`: expected " + needed
                        + ", for example 'my-program " + INPUT + " " + OUTPUTS + "'");
            }
        }
        this.command = command;
        this.words = CommandWords.of(command);
        this.folder = folder.toAbsolutePath();
    }

    @Override
    public String name() {
        return command;
    }

    @Override
    public Outcome run(Path input, Path outputs, Duration limit) throws IOException, InterruptedException {
        List<String> line = words.stream()
                .map(word -> word.replace(INPUT, input.toString()).replace(OUTPUTS, outputs.toString()))
                .toList();
        Process process;
        try {
            process = new ProcessBuilder(line)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new CannotRunException(command, e);
        }
        Tail tail = new Tail(process.getInputStream());
        Thread reader = Thread.ofPlatform().daemon().start(tail);
        boolean ended = false;
        try {
            process.getOutputStream().close();
            ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            if (!ended) {
                kill(process);
            }
        }
        reader.join(LAST_WORDS);
        return new Outcome(ended, ended ? process.exitValue() : -1, tail.lastLine());
    }

    /** Ends it and all that it started. The parent goes first, so that it starts nothing more. */
    private static void kill(Process process) throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        for (ProcessHandle child : children) {
            List<ProcessHandle> more = child.descendants().toList();
            child.destroyForcibly();
            more.forEach(ProcessHandle::destroyForcibly);
        }
        process.waitFor();
    }

    /** Reads to the end, so that no pipe fills, and keeps the last bytes. */
    private static final class Tail implements Runnable {

        private final InputStream in;
        private byte[] bytes = new byte[0];

        Tail(InputStream in) {
            this.in = in;
        }

        @Override
        public void run() {
            byte[] chunk = new byte[TAIL];
            try (in) {
                for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                    keep(chunk, read);
                }
            } catch (IOException e) {
                // The process was ended, and the pipe with it: what was read counts.
            }
        }

        private synchronized void keep(byte[] chunk, int count) {
            int old = Math.min(bytes.length, TAIL - count);
            byte[] joined = Arrays.copyOfRange(bytes, bytes.length - old, bytes.length + count);
            System.arraycopy(chunk, 0, joined, old, count);
            bytes = joined;
        }

        synchronized String lastLine() {
            return new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .reduce("", (before, line) -> line);
        }
    }
}
