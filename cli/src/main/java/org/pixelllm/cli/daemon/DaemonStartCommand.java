package org.pixelllm.cli.daemon;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.storage.ProcessLock;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.TryAgainException;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.ExecutorChoice;

/** Starts the daemon in the background. */
final class DaemonStartCommand extends Command {

    private static final long POLL_MILLIS = 10;
    private static final long MAX_SECONDS = 60;
    private static final int TOLD_BYTES = 64 << 10;

    private final Class<?> main;
    private final DaemonOptions options = new DaemonOptions(this);

    public DaemonStartCommand(Terminal terminal, Class<?> main) {
        super("start", "Start the daemon in the background, and wait until it is ready.", terminal);
        this.main = main;
    }

    @Override
    protected ExitCode execute() throws IOException, InterruptedException {
        DaemonSocket.requirePermissions();
        List<String> arguments = options.arguments();
        DaemonPlace place = DaemonPlace.of(terminal);
        place.requireOwn();
        long deadline = System.nanoTime() + MAX_SECONDS * 1_000_000_000L;
        long logged = 0;
        Process child = null;
        while (true) {
            DaemonStatus running = DaemonClient.status(place);
            if (running != null) {
                return report(running, child);
            }
            if (child != null && !child.isAlive()) {
                if (child.exitValue() != ExitCode.TRY_AGAIN.code()) {
                    return fail(child, place, logged);
                }
                child = null; // another process was faster
            }
            if (System.nanoTime() - deadline > 0) {
                throw new TryAgainException("The daemon was not ready after " + MAX_SECONDS + " seconds. See its log, "
                        + place.log().file() + ".");
            }
            if (child == null && !ProcessLock.isHeld(place.lock())) {
                DaemonLog log = place.log();
                log.add("starting: daemon run " + String.join(" ", arguments));
                logged = Files.size(log.file());
                child = launch(arguments, log.file());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private ExitCode report(DaemonStatus running, @Nullable Process child) throws IOException {
        boolean own = child != null && child.pid() == running.pid();
        Path expected = options.cartridge();
        if (!own && !running.cartridge().equals(expected.toString())) {
            throw new UsageException("A daemon is already running with another cartridge, " + running.cartridge()
                    + " (pid " + running.pid() + "). Stop it with: pixel-llm daemon stop");
        }
        String expectedExecutor = options.model.executor();
        if (!own
                && !expectedExecutor.equals(ExecutorChoice.AUTO)
                && !running.executor().equals(expectedExecutor)) {
            throw new UsageException("A daemon is already running with another executor, " + running.executor()
                    + " (pid " + running.pid() + "). Stop it with: pixel-llm daemon stop");
        }
        DaemonState held = DaemonPlace.of(terminal).read();
        String memory = String.join(" ", options.model.memoryArguments());
        if (!own && held != null && !held.memory().equals(memory)) {
            throw new UsageException("A daemon is already running with "
                    + (held.memory().isEmpty() ? "neither --context nor --keys-values" : held.memory())
                    + " (pid " + running.pid() + "). Stop it with: pixel-llm daemon stop");
        }
        terminal.out().println((own ? "started: " : "already running: ") + running.line());
        return ExitCode.OK;
    }

    /** Prints the child's log; its exit code. */
    private ExitCode fail(Process child, DaemonPlace place, long logged) throws IOException {
        byte[] log = Files.readAllBytes(place.log().file());
        int from = Math.clamp(logged, Math.max(0, log.length - TOLD_BYTES), log.length);
        terminal.err().print(new String(log, from, log.length - from, StandardCharsets.UTF_8));
        ExitCode code = ExitCode.of(child.exitValue());
        return code == ExitCode.OK ? ExitCode.INTERNAL : code;
    }

    private Process launch(List<String> arguments, Path log) throws IOException {
        List<String> command = new ArrayList<>(detached());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // This Java's own options: the daemon computes as a command of this launcher would.
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!option.startsWith("-Dpixelllm.terminal") && !option.startsWith("-Dpixelllm.daemon")) {
                command.add(option);
            }
        }
        command.add("-D" + DaemonRunCommand.LOG + "=" + log);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName(), "daemon", "run"));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** The command that starts a process in a new session, so that it outlives the shell; empty if there is none. */
    private static List<String> detached() {
        List<String> path =
                Arrays.asList(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1));
        for (String tool : List.of("setsid", "nohup")) {
            for (String folder : path) {
                Path file = Path.of(folder, tool);
                if (!folder.isEmpty() && Files.isExecutable(file) && !Files.isDirectory(file)) {
                    return List.of(file.toString());
                }
            }
        }
        return List.of();
    }
}
