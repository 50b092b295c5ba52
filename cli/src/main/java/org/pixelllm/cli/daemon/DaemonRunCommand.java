package org.pixelllm.cli.daemon;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.storage.FileSnapshot;
import org.pixelllm.cli.storage.ProcessLock;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.CommandRunner;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Interrupts;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.TryAgainException;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.serve.CurrentModel;

/** The daemon itself, in the foreground. */
final class DaemonRunCommand extends Command {

    private static final String INTERRUPTED = "its process was interrupted";

    /** The property that names the log; without one, the daemon's words go to standard error. */
    static final String LOG = "pixelllm.daemon.log";

    private final DaemonOptions options = new DaemonOptions(this);

    /** What a command would say about the model that is open. */
    private volatile String notes = "";

    /** Held until the process ends: a command that waits for it waits for that. */
    private @Nullable ProcessLock lock;

    private final CommandRunner runner;

    /** @param runner runs a command */
    public DaemonRunCommand(Terminal terminal, CommandRunner runner) {
        super("run", "Run the daemon in the foreground, for service managers.", terminal);
        this.runner = runner;
    }

    @Override
    protected ExitCode execute() throws IOException {
        double idle = options.idleMinutes();
        Path cartridge = options.cartridge();
        DaemonPlace place = DaemonPlace.of(terminal);
        place.requireOwn();
        lock = ProcessLock.tryTake(place.lock());
        if (lock == null) {
            throw new TryAgainException(
                    "Another daemon is running, starting or stopping: it holds " + place.lock() + ".");
        }
        place.clear();
        FileSnapshot files = new FileSnapshot();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (Files.isRegularFile(Path.of(entry))) {
                files.watch(Path.of(entry));
            }
        }
        CurrentModel model = new CurrentModel(() -> open(cartridge));
        if (serve(model, place, cartridge, files, idle)) {
            model.close(); // else it is still busy at the end of the process
        }
        return ExitCode.OK;
    }

    @SuppressWarnings("MustBeClosedChecker") // Closed with the current model.
    private PixelLlm open(Path cartridge) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PixelLlm model = options.model.open(cartridge, new PrintStream(said, true, StandardCharsets.UTF_8));
        notes = said.toString(StandardCharsets.UTF_8);
        notes.lines().forEach(this::say);
        return model;
    }

    private void say(String words) {
        String log = System.getProperty(LOG);
        if (log == null) {
            terminal.err().print(DaemonLog.line(words));
            return;
        }
        try {
            new DaemonLog(Path.of(log)).add(words);
        } catch (IOException e) {
            terminal.err().println(words); // where standard error goes: into the log that cannot be replaced
        }
    }

    /** Whether the model is at rest at the end. */
    private boolean serve(CurrentModel model, DaemonPlace place, Path cartridge, FileSnapshot files, double idle)
            throws IOException {
        try (DaemonSocket socket = DaemonSocket.open()) {
            DaemonState state = new DaemonState(
                    socket.path(),
                    ProcessHandle.current().pid(),
                    cartridge,
                    options.model.executor(),
                    options.model.threadsAsked(DaemonState.AUTO),
                    String.join(" ", options.model.memoryArguments()));
            DaemonServer server = new DaemonServer(
                    model,
                    state,
                    DaemonProgram.of(terminal.home().toRealPath(), options.model.choice(), runner),
                    files,
                    () -> notes,
                    DaemonLimits.USUAL,
                    this::say,
                    idle);
            try (Interrupts interrupts = new Interrupts(terminal, () -> server.end(INTERRUPTED))) {
                place.write(state);
                server.watchPlace(place.file());
                say("answering: " + server.status().line());
                String why;
                try {
                    why = server.serve(socket.channel());
                } finally {
                    place.remove(state);
                    socket.end();
                }
                boolean rests = server.close(why);
                say("stopped: " + (interrupts.interrupted() ? INTERRUPTED : why));
                return rests;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
