package org.pixelllm.cli.daemon;

import java.io.IOException;
import org.pixelllm.cli.storage.ProcessLock;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.TryAgainException;

/** Stops the daemon. */
final class DaemonStopCommand extends Command {

    private static final long POLL_MILLIS = 10;
    private static final int MAX_POLLS = 3000;

    public DaemonStopCommand(Terminal terminal) {
        super("stop", "Stop the daemon, and wait until it has stopped.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException, InterruptedException {
        DaemonPlace place = DaemonPlace.of(terminal);
        DaemonState state = place.read();
        if (state == null || !DaemonClient.stop(place)) {
            terminal.out().println("No daemon is running.");
            return ExitCode.OK;
        }
        for (int i = 0; ProcessLock.isHeld(place.lock()); i++) {
            if (i == MAX_POLLS) {
                throw new TryAgainException("The daemon did not stop in " + POLL_MILLIS * MAX_POLLS / 1000
                        + " seconds. Kill its process, " + state.pid() + ".");
            }
            Thread.sleep(POLL_MILLIS);
        }
        terminal.out().println("stopped: pid " + state.pid());
        return ExitCode.OK;
    }
}
