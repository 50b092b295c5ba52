package org.pixelllm.cli.terminal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and a plain kill into a request to finish, and holds the process up until that is done. The process must
 * not be left without closing this.
 */
public final class Interrupts implements AutoCloseable {

    private static final long GRACE_MILLIS = 2000;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean interrupted;

    /** Watches from now on. */
    public Interrupts(Runnable request) {
        this(request, Long.MAX_VALUE);
    }

    /**
     * Watches from now on.
     *
     * @param milliseconds how long the process is held up at most
     */
    public Interrupts(Runnable request, long milliseconds) {
        hook = Thread.ofPlatform().unstarted(() -> {
            interrupted = true;
            request.run();
            try {
                if (!done.await(milliseconds, TimeUnit.MILLISECONDS)) {
                    return;
                }
                // The command now ends the process with its own exit code; this is for the case that it does not.
                Thread.sleep(GRACE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Whether the process was asked to end. */
    public boolean interrupted() {
        return interrupted;
    }

    /** To be called once the work is finished and reported. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            done.countDown(); // The process is ending: let it.
        }
    }
}
