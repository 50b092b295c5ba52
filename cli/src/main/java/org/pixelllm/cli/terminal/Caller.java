package org.pixelllm.cli.terminal;

import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.fault.PxiException;

/** The process that a command runs for: this one, or one that has sent the command here. */
public interface Caller {

    /** This process itself. */
    Caller PROCESS = new ProcessCaller();

    /** Whether its standard input is a terminal, where somebody would have to type. */
    boolean asks();

    /** Whether its standard output is a terminal. */
    boolean shows();

    /** Whether it may be given this command: called before anything of the command is done. */
    void admit(String command);

    /** Opens a model for the command, which closes it. */
    @MustBeClosed
    PixelLlm open(Path cartridge, ExecutorChoice choice) throws PxiException;

    /**
     * Watches for its wish to end early, by Ctrl-C or a plain kill.
     *
     * @param request is told of the wish, once, in another thread
     * @param milliseconds how long the process is then held up at most
     */
    Watch watch(Runnable request, long milliseconds);

    /** Watches until it is closed. */
    @FunctionalInterface
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Waits until all that was printed has arrived.
     *
     * @throws OutputException where it has not
     */
    void settle();
}
