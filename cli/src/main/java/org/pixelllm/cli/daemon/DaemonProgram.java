package org.pixelllm.cli.daemon;

import java.nio.file.Path;
import org.pixelllm.cli.terminal.CommandRunner;
import org.pixelllm.engine.ExecutorChoice;

/**
 * What a daemon is, for whoever asks whether a command does the same here.
 *
 * @param home the real path of its checkout
 * @param umask what its files' permissions lack; {@value #UNKNOWN} where nobody has said it
 * @param choice the executor and threads that it was started with
 * @param runner runs a command
 */
record DaemonProgram(Path home, int umask, ExecutorChoice choice, CommandRunner runner) {

    static final int UNKNOWN = -1;

    /** Where the launcher says it: Java cannot ask for its own. */
    private static final String UMASK = "pixelllm.umask";

    static DaemonProgram of(Path home, ExecutorChoice choice, CommandRunner runner) {
        return new DaemonProgram(home, Integer.getInteger(UMASK, UNKNOWN), choice, runner);
    }

    /** Whether files that are written here get the permissions that a process with this mask would give them. */
    boolean hasMask(int other) {
        return umask == UNKNOWN || other == UNKNOWN || umask == other;
    }
}
