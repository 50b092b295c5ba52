package org.pixelllm.cli.daemon;

import java.util.List;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.CommandRunner;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.UsageException;

/** Keeps a model in memory for clients that send many requests. */
public final class DaemonCommand extends Command {

    /**
     * @param main what the daemon's own process runs
     * @param runner runs a command there
     */
    public DaemonCommand(Terminal terminal, Class<?> main, CommandRunner runner) {
        super("daemon", "Keep a model in memory and answer requests on a local socket.", terminal);
        for (Command each : List.of(
                new DaemonStartCommand(terminal, main),
                new DaemonStopCommand(terminal),
                new DaemonRestartCommand(terminal),
                new DaemonStatusCommand(terminal),
                new DaemonLogsCommand(terminal),
                new DaemonRunCommand(terminal, runner))) {
            spec().addSubcommand(each.spec().name(), each.spec());
        }
    }

    @Override
    protected ExitCode execute() {
        throw new UsageException("daemon: expected start, stop, restart, status, logs or run, found none of them.");
    }
}
