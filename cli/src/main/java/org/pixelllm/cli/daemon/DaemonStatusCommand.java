package org.pixelllm.cli.daemon;

import java.io.IOException;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.Terminal;

/** Says whether a daemon runs, and what it does. */
final class DaemonStatusCommand extends Command {

    private final Value<Boolean> json = flag("Answer in JSON.", "--json");

    public DaemonStatusCommand(Terminal terminal) {
        super("status", "Say what the daemon does; exit code 3 where none runs.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        DaemonStatus status = DaemonClient.status(DaemonPlace.of(terminal));
        if (status == null) {
            terminal.err().println("No daemon runs.");
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
