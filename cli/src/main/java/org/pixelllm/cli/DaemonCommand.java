package org.pixelllm.cli;

import java.util.List;

/** Keeps a model open for clients that ask often. */
final class DaemonCommand extends Command {

    DaemonCommand(Terminal terminal) {
        super("daemon", "Keep a model open behind a socket, for clients that ask often.", terminal);
        for (Command each : List.of(
                new DaemonStartCommand(terminal),
                new DaemonStopCommand(terminal),
                new DaemonStatusCommand(terminal),
                new DaemonRunCommand(terminal))) {
            spec().addSubcommand(each.spec().name(), each.spec());
        }
    }

    @Override
    public Integer call() {
        throw new UsageException("Say what the daemon is to do: start, stop, status or run.");
    }
}
