package org.pixelllm.cli.terminal;

/**
 * Turns Ctrl-C and a plain kill into a request to finish, and holds the process up until that is done. The process must
 * not be left without closing this.
 */
public final class Interrupts implements AutoCloseable {

    private final Caller.Watch watch;
    private volatile boolean interrupted;

    /** Watches from now on. */
    public Interrupts(Terminal terminal, Runnable request) {
        this(terminal, request, Long.MAX_VALUE);
    }

    /**
     * Watches from now on.
     *
     * @param terminal whose process may be told to end
     * @param milliseconds how long the process is held up at most
     */
    public Interrupts(Terminal terminal, Runnable request, long milliseconds) {
        watch = terminal.caller()
                .watch(
                        () -> {
                            interrupted = true;
                            request.run();
                        },
                        milliseconds);
    }

    /** Whether the process was asked to end. */
    public boolean interrupted() {
        return interrupted;
    }

    /** To be called once the work is finished and reported. */
    @Override
    public void close() {
        watch.close();
    }
}
