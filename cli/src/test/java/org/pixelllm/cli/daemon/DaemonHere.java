package org.pixelllm.cli.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.pixelllm.cli.Captured;
import org.pixelllm.cli.storage.FileSnapshot;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.serve.CurrentModel;

/** A daemon in this process, on the reference executor with one thread. */
public final class DaemonHere implements AutoCloseable {

    /** What a daemon runs for others. */
    public static final Set<String> COMMAND_NAMES = ServedCommand.NAMES;

    /** The most commands at a time. */
    public static final int COMMANDS = 3;

    private final CurrentModel model;
    private final DaemonSocket socket;
    private final DaemonServer server;

    /** Serves from now on. */
    public DaemonHere(Path cartridge) throws IOException {
        ExecutorChoice choice = new ExecutorChoice("reference", 1);
        model = new CurrentModel(() -> PixelLlm.open(cartridge, choice));
        socket = DaemonSocket.open();
        DaemonState state = new DaemonState(
                socket.path(), ProcessHandle.current().pid(), cartridge.toRealPath(), choice.name(), "1");
        server = new DaemonServer(
                model,
                state,
                new DaemonProgram(Captured.ROOT.toRealPath(), 18, choice, Captured::run),
                new FileSnapshot(),
                () -> "",
                new DaemonLimits(8, 8, COMMANDS, 60_000, 200),
                words -> {},
                10);
        Thread.ofPlatform().daemon().start(() -> {
            try {
                server.serve(socket.channel());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    public String socket() {
        return socket.path().toString();
    }

    /** Waits until no command runs any more. */
    public void awaitRest() throws InterruptedException {
        while (server.status().running() > 0) {
            Thread.sleep(1);
        }
    }

    /** Ends as on a request to stop. */
    public void end(String why) throws InterruptedException {
        server.end(why);
        server.close(why);
    }

    @Override
    public void close() throws IOException {
        try {
            end("the test is over");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        socket.close();
        model.close();
    }
}
