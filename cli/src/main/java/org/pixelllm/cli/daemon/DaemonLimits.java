package org.pixelllm.cli.daemon;

/**
 * What a daemon takes on at most.
 *
 * @param waiting requests that wait to be answered; a further one is refused
 * @param connections open at a time; a further one is refused
 * @param commands that run at a time; a further one is declined
 * @param milliseconds how long a connection may be silent, and how long a client may take to send a request or to read an
 *     answer
 * @param graceMillis how long what is being answered may take when the daemon is to end
 */
record DaemonLimits(int waiting, int connections, int commands, long milliseconds, long graceMillis) {

    static final DaemonLimits USUAL = new DaemonLimits(128, 256, 16, 30_000, 5000);

    /** Bytes of images that have come and are not yet decoded, of all connections together. */
    static final int IMAGE_BYTES = 64 << 20;

    /** A command line with what belongs to it. */
    static final int COMMAND_BYTES = 1 << 20;

    /** What the process of a command says at a time. */
    static final int FRAME_BYTES = 1 << 20;

    /** Images that are decoded at a time: one may become some 12 MiB of pixels before it is found to be no token image. */
    static final int DECODERS = 4;
}
