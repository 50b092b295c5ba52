package org.pixelllm.cli.model;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.ChosenExecutor;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.LoadedModel;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.cartridge.Cartridge;

/** Which model, on which executor. */
public final class ModelOptions {

    private static final int MAX_THREADS = 1024;

    private final Command command;
    private final Command.Value<Path> cartridge;
    private final Command.Value<String> executor;
    private final Command.Value<Integer> threads;

    public ModelOptions(Command command) {
        this.command = command;
        cartridge = command.path("FILE", "The model. Default: the shipped cartridge.", "-c", "--cartridge");
        List<String> names = ExecutorChoice.names();
        executor = command.choice(
                names,
                "NAME",
                "What runs it: " + String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.getLast()
                        + ".",
                ExecutorChoice.AUTO,
                "-x",
                "--executor");
        threads = command.optionalWhole(
                "N",
                "Threads that compute; the answer does not depend on it. Default: as many as there are processors.",
                "-t",
                "--threads");
    }

    int threads() {
        Integer given = threads.orNull();
        int count = given == null ? Runtime.getRuntime().availableProcessors() : given;
        if (count < 1 || count > MAX_THREADS) {
            throw new UsageException("--threads: expected 1 to " + MAX_THREADS + ", found " + count + ".");
        }
        return count;
    }

    /** The cartridge that was asked for, or the shipped one. */
    public Path path() {
        @Nullable Path path = cartridge.orNull();
        if (path != null) {
            return path;
        }
        Path shipped = command.terminal.defaultCartridge();
        if (!Files.exists(shipped)) {
            throw new UsageException(
                    "There is no shipped cartridge at " + shipped.toAbsolutePath() + ". Name one with -c.");
        }
        return shipped;
    }

    /** Whether a cartridge was asked for. */
    public boolean namesCartridge() {
        return cartridge.isGiven();
    }

    /** The executor that was asked for; {@link ExecutorChoice#AUTO} where none was. */
    public String executor() {
        return executor.get();
    }

    /** The threads that were asked for, or that word where none were. */
    public String threadsAsked(String fallback) {
        return threads.isGiven() ? String.valueOf(threads()) : fallback;
    }

    /** The same choice as arguments for another process, but for the cartridge. */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (executor.isGiven()) {
            arguments.addAll(List.of("-x", executor()));
        }
        if (threads.isGiven()) {
            arguments.addAll(List.of("-t", String.valueOf(threads())));
        }
        return arguments;
    }

    /** The executor and threads that were asked for. */
    public ExecutorChoice choice() {
        return new ExecutorChoice(executor(), threads());
    }

    /** Opens the executor that was asked for, for a program that is still to be made. */
    ChosenExecutor openExecutor() {
        return choice().open(0);
    }

    /** Loads a cartridge's program onto the executor that was asked for. */
    LoadedModel load(Cartridge opened) {
        return choice().load(opened.program(), opened.weights(), opened.fileBytes());
    }

    @MustBeClosed
    public PixelLlm open() throws PxiException {
        return open(path(), command.terminal.err());
    }

    /**
     * Opens a cartridge.
     *
     * @param path in place of the one that was asked for
     * @param notes receives what a person should know about this model on this executor
     */
    @SuppressWarnings("MustBeClosedChecker") // The caller closes it.
    @MustBeClosed
    public PixelLlm open(Path path, PrintStream notes) throws PxiException {
        PixelLlm model = command.terminal.caller().open(path, choice());
        ChosenExecutor chosen = model.executor();
        if (!model.cartridge().isMapped()) {
            notes.println(path + " was re-encoded by another program: it works, but is decoded instead of mapped.");
        }
        if (command.verbose()) {
            command.terminal
                    .err()
                    .println(chosen.executor().name() + " executor ("
                            + chosen.executor().description() + "): " + chosen.reason() + ".");
            command.terminal
                    .err()
                    .println("cartridge " + path + ", sha256:"
                            + model.cartridge().digest());
        }
        return model;
    }
}
