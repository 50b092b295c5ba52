package org.pixelllm.cli.folder;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.answer.InferCommand;
import org.pixelllm.cli.answer.SamplingOptions;
import org.pixelllm.cli.model.ModelOptions;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.serve.CurrentModel;
import org.pixelllm.protocol.images.PredictionImage;

/** Answers the token images that appear in a folder. */
public final class ServeFolderCommand extends Command {

    private static final long POLL_MILLISECONDS = 50;
    private static final long STALLED_MILLISECONDS = 1000;
    private static final double MAX_SETTLE_SECONDS = 3600;

    private final ModelOptions options = new ModelOptions(this);

    private final Value<Path> in = place(0, "IN", "The folder to watch; its token images are moved to OUT.");
    private final Value<Path> out =
            place(1, "OUT", "The folder for answers, answered token images, and rejected ones with the reason.");
    private final Value<Integer> top =
            whole("K", "How many tokens a prediction lists.", PredictionImage.DEFAULT_K, "-k", "--top");
    private final Value<Boolean> sequence = flag("Also write an output sequence for each.", "--sequence");
    private final SamplingOptions sampling = new SamplingOptions(this);
    private final Value<Double> settle =
            real("SECONDS", "Reject an invalid file once it has not changed for this long.", 2, "--settle");
    private final Value<Boolean> once = flag("Answer what is in the folder, then exit.", "--once");

    /** Why nothing can be written at the moment. */
    private @Nullable String stalled;

    public ServeFolderCommand(Terminal terminal) {
        super("serve-folder", "Answer every token image that appears in a folder.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        Path from = in.get();
        Path to = out.get();
        if (!Files.isDirectory(from)) {
            throw new UsageException("IN: expected a folder, found none at " + from + ". Create it, or name another.");
        }
        if (Files.exists(to) && Files.isSameFile(from, to)) {
            throw new UsageException("IN and OUT: expected two folders, found " + from + " twice.");
        }
        double seconds = settle.get();
        if (!(seconds >= 0 && seconds <= MAX_SETTLE_SECONDS)) {
            throw new UsageException("--settle: expected 0 to 3600 seconds, found " + seconds + ".");
        }
        sampling.read(); // reports wrong options before anything is touched
        try (CurrentModel model = new CurrentModel(this::open)) {
            Requests requests = new Requests(top.get(), sequence.get() ? sampling : null);
            try (OutFolder folder = OutFolder.open(to);
                    HotFolder hot = new HotFolder(terminal, model, from, folder, requests, (long) (seconds * 1e9))) {
                serve(hot);
            }
        }
        return ExitCode.OK;
    }

    @SuppressWarnings("MustBeClosedChecker") // Closed with the current model.
    @MustBeClosed
    private PixelLlm open() throws IOException {
        PixelLlm model = options.open();
        try {
            InferCommand.checkTop(model, top.get());
            return model;
        } catch (UsageException e) {
            model.close();
            throw e;
        }
    }

    private void serve(HotFolder hot) throws IOException {
        terminal.err().println("serving " + in.get() + "; answers go to " + out.get());
        boolean done = false;
        while (!done) {
            long before = hot.answered();
            done = pass(hot) && once.get();
            if (verbose() && hot.answered() > before) {
                terminal.err().println(hot.answered() - before + " answered");
            }
            if (!done && hot.answered() == before) {
                try {
                    Thread.sleep(stalled == null ? POLL_MILLISECONDS : STALLED_MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    done = true;
                }
            }
        }
        terminal.out()
                .println(hot.answered() + " answered, " + hot.rejected() + " rejected"
                        + (hot.setAside() == 0 ? "" : ", " + hot.setAside() + " left where they are"));
    }

    /** A disk that is full now is waited for: no question is at fault, and none is lost. */
    private boolean pass(HotFolder hot) throws IOException {
        try {
            boolean done = hot.pass();
            stalled = null;
            return done;
        } catch (OutFolder.Stalled e) {
            if (once.get()) {
                throw e;
            }
            if (!String.valueOf(e.getMessage()).equals(stalled)) {
                stalled = e.getMessage();
                terminal.err().println("pixel-llm: " + stalled + " The questions wait.");
            }
            return false;
        }
    }
}
