package org.pixelllm.cli.daemon;

import java.nio.file.Path;

/**
 * What a daemon writes for its clients into a small file.
 *
 * @param socket where it listens
 * @param pid its process
 * @param cartridge the real path of its model
 */
record DaemonState(Path socket, long pid, Path cartridge) {}
