package org.pixelllm.cli.daemon;

import java.io.IOException;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.Terminal;

/** Prints whether a daemon is running, and its state. */
final class DaemonStatusCommand extends Command {

    private final Value<Boolean> json = jsonFlag();

    public DaemonStatusCommand(Terminal terminal) {
        super(
                "status",
                "Print the state of the daemon; exit code " + ExitCode.NOT_RUNNING.code() + " if none is running.",
                terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        DaemonStatus status = DaemonClient.status(DaemonPlace.of(terminal));
        if (status == null) {
            terminal.err().println("No daemon is running.");
            return ExitCode.NOT_RUNNING;
        }
        if (json.get()) {
            Json.print(terminal, status);
        } else {
            terminal.out().println(status.words());
        }
        return ExitCode.OK;
    }
}
