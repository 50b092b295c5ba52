package org.pixelllm.cli.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pixelllm.cli.Captured;
import org.pixelllm.cli.Main;

/** Commands as processes of their own, and a place for their daemon that nobody else uses. */
final class DaemonProcesses implements AutoCloseable {

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    private static final Set<String> HERE = Set.of("status", "stop");

    private final Path folder;
    private final List<String> launcher;
    private final List<Process> started = new ArrayList<>();
    private final Map<String, String> state; // the variable that names the folder for logs
    private int count;

    /** What a command said. */
    record Result(int code, String out, String err) {}

    private DaemonProcesses(Path folder, List<String> launcher) {
        this.folder = folder;
        place().resolveSibling("").toFile().mkdirs();
        this.launcher = launcher;
        this.state = Map.of("XDG_STATE_HOME", folder.resolve("state").toString());
    }

    /** With the classes of this test. */
    static DaemonProcesses ofClasses(Path folder) {
        return new DaemonProcesses(folder, Captured.command());
    }

    static DaemonProcesses ofJava(Path folder, String classPath) {
        List<String> launcher = new ArrayList<>(java(classPath));
        launcher.add(Main.class.getName());
        return new DaemonProcesses(folder, launcher);
    }

    static DaemonProcesses ofLauncher(Path folder) {
        return new DaemonProcesses(
                folder, List.of(Captured.ROOT.resolve("pixel-llm").toString()));
    }

    private static List<String> java(String classPath) {
        return List.of(
                JAVA.toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dpixelllm.home=" + Captured.ROOT,
                "-cp",
                classPath);
    }

    /** That of a checkout in this folder, where {@link #run} finds it too. */
    Path place() {
        return folder.resolve("cli").resolve("target").resolve("daemon");
    }

    /** Where its daemons write what they have to say. */
    Path log() {
        return DaemonLog.of(place(), state).file();
    }

    DaemonState state() throws IOException {
        DaemonState state = new DaemonPlace(place()).read();
        if (state == null) {
            throw new IllegalStateException("no daemon in " + place());
        }
        return state;
    }

    /** A command that runs. */
    final class Running {

        private final Process process;
        private final Path out;
        private final Path err;

        private Running(List<String> command) throws IOException {
            int number = count++;
            out = folder.resolve("out" + number + ".txt");
            err = folder.resolve("err" + number + ".txt");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().put(DaemonPlace.VARIABLE, place().toString());
            builder.environment().putAll(state);
            process = builder.start();
            started.add(process);
        }

        Process process() {
            return process;
        }

        /** Whether it has printed something. */
        boolean hasSpoken() throws IOException {
            return Files.size(out) > 0;
        }

        Result end() throws IOException, InterruptedException {
            int code = process.waitFor();
            return new Result(code, Files.readString(out), Files.readString(err));
        }
    }

    Running begin(String... args) throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(args));
        return new Running(command);
    }

    /** Runs a command: here, where no process is the point. */
    Result run(String... args) throws IOException, InterruptedException {
        if (args.length == 1 || HERE.contains(args[1])) {
            Captured said = Captured.at(folder, folder, args);
            return new Result(said.code(), said.out(), said.err());
        }
        return begin(args).end();
    }

    Result shell(String line) throws IOException, InterruptedException {
        return new Running(List.of("sh", "-c", line)).end();
    }

    /** A daemon in the foreground, which answers. */
    Process daemon(String... args) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("daemon", "run"));
        all.addAll(List.of(args));
        Running daemon = begin(all.toArray(String[]::new));
        while (daemon.process.isAlive() && !answers()) {
            Thread.sleep(5);
        }
        if (!daemon.process.isAlive()) {
            throw new IllegalStateException(daemon.end().toString());
        }
        return daemon.process;
    }

    private boolean answers() {
        try (DaemonCaller caller = DaemonCaller.at(place())) {
            return caller.ask("pixel-llm/1 status length=0", new byte[0]).word().equals("ok");
        } catch (IOException | NullPointerException e) {
            return false;
        }
    }

    /** Ends what is left of what was started here, and nothing else. */
    @Override
    public void close() throws IOException {
        DaemonState left = new DaemonPlace(place()).read();
        if (left != null) {
            ProcessHandle.of(left.pid())
                    .filter(process -> process.info().commandLine().orElse("").contains("daemon run"))
                    .ifPresent(ProcessHandle::destroyForcibly);
            DaemonSocket.remove(left.socket());
        }
        started.forEach(Process::destroyForcibly);
    }
}
