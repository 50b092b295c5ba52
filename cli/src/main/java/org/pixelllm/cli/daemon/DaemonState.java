package org.pixelllm.cli.daemon;

import java.nio.file.Path;

/**
 * What a daemon writes for its clients into a small file.
 *
 * @param socket where it listens
 * @param pid its process
 * @param cartridge the real path of its model
 * @param executor as it was asked for
 * @param threads as they were asked for, or {@value #AUTO}
 * @param memory of sessions, as arguments with spaces between them; empty where none was asked for
 */
record DaemonState(Path socket, long pid, Path cartridge, String executor, String threads, String memory) {

    /** Where no number of threads was asked for. */
    static final String AUTO = "auto";

    DaemonState(Path socket, long pid, Path cartridge, String executor, String threads) {
        this(socket, pid, cartridge, executor, threads, "");
    }
}
