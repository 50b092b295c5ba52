package org.pixelllm.cli.terminal;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.Console;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.fault.PxiException;

/** This process. A launcher that knows what its streams are says so: asking Java would load a console library. */
final class ProcessCaller implements Caller {

    static final String IN = "pixelllm.terminal.in";
    static final String OUT = "pixelllm.terminal.out";
    static final String ERR = "pixelllm.terminal.err";

    private static final String LOOK = "look";
    private static final long GRACE_MILLIS = 2000;

    @SuppressWarnings("SystemConsoleNull") // JDK 25 returns null again where there is no terminal.
    static boolean isTerminal(String property) {
        String said = System.getProperty(property, "");
        if (said.equals(LOOK)) {
            Console console = System.console();
            return console != null && console.isTerminal();
        }
        return Boolean.parseBoolean(said);
    }

    @Override
    public boolean asks() {
        return isTerminal(IN);
    }

    @Override
    public boolean shows() {
        return isTerminal(OUT);
    }

    @Override
    public void admit(String command) {
        // Every command.
    }

    @SuppressWarnings("MustBeClosedChecker") // The command closes it.
    @MustBeClosed
    @Override
    public PixelLlm open(Path cartridge, ExecutorChoice choice) throws PxiException {
        return PixelLlm.open(cartridge, choice);
    }

    @Override
    public Watch watch(Runnable request, long milliseconds) {
        return new Hook(request, milliseconds);
    }

    @Override
    public void settle() {
        // What was printed has been written.
    }

    /** Holds the process up until the work is finished. */
    private static final class Hook implements Watch {

        private final CountDownLatch done = new CountDownLatch(1);
        private final Thread hook;

        Hook(Runnable request, long milliseconds) {
            hook = Thread.ofPlatform().unstarted(() -> {
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

        @Override
        public void close() {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                done.countDown(); // The process is ending: let it.
            }
        }
    }
}
