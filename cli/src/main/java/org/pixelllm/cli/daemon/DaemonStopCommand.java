package org.pixelllm.cli.daemon;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
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
        DaemonState stopped = stop(DaemonPlace.of(terminal));
        terminal.out().println(stopped == null ? "No daemon is running." : "stopped: pid " + stopped.pid());
        return ExitCode.OK;
    }

    /** Stops the daemon of a place, and waits until it has ended; null where none runs. */
    static @Nullable DaemonState stop(DaemonPlace place) throws IOException, InterruptedException {
        DaemonState state = place.read();
        if (state == null || !DaemonClient.stop(place)) {
            return null;
        }
        for (int i = 0; ProcessLock.isHeld(place.lock()); i++) {
            if (i == MAX_POLLS) {
                throw new TryAgainException("The daemon did not stop in " + POLL_MILLIS * MAX_POLLS / 1000
                        + " seconds. Kill its process, " + state.pid() + ".");
            }
            Thread.sleep(POLL_MILLIS);
        }
        return state;
    }
}
