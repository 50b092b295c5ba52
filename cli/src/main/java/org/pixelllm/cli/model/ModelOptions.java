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
import org.pixelllm.engine.SessionMemory;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.weights.ElementType;

/** Which model, on which executor. */
public final class ModelOptions {

    private static final int MAX_THREADS = 1024;
    private static final String CONTEXT = "--context";
    private static final String KEYS_VALUES = "--keys-values";
    private static final List<String> KEYS_VALUES_TYPES = List.of(ElementType.F32.word(), ElementType.F16.word());

    private final Command command;
    private final Command.@Nullable Value<Path> cartridge; // of commands that open one
    private final Command.@Nullable Value<List<Path>> cartridges; // of commands that open many
    private final Command.Value<String> executor;
    private final Command.Value<Integer> threads;
    private final Command.@Nullable Value<Integer> context; // of commands that open sessions
    private final Command.@Nullable Value<String> keysValues;

    public ModelOptions(Command command) {
        this(command, true, false);
    }

    /** For a command that opens several models. */
    public static ModelOptions ofMany(Command command) {
        return new ModelOptions(command, true, true);
    }

    /** For a command that opens no session. */
    static ModelOptions withoutSessions(Command command) {
        return new ModelOptions(command, false, false);
    }

    private ModelOptions(Command command, boolean sessions, boolean many) {
        this.command = command;
        String[] names = {"-c", "--cartridge"};
        cartridges = many
                ? command.paths("FILE", "A model; repeat it for several. Default: the shipped cartridge.", names)
                : null;
        cartridge = many ? null : command.path("FILE", "The model. Default: the shipped cartridge.", names);
        List<String> executors = ExecutorChoice.names();
        executor = command.choice(
                executors,
                "NAME",
                "What runs it: " + String.join(", ", executors.subList(0, executors.size() - 1)) + " or "
                        + executors.getLast() + ".",
                ExecutorChoice.AUTO,
                "-x",
                "--executor");
        threads = command.optionalWhole(
                "N",
                "Threads that compute; the answer does not depend on it. Default: as many as there are processors.",
                "-t",
                "--threads");
        context = !sessions
                ? null
                : command.optionalWhole(
                        "N",
                        "The most tokens that the model looks back on; memory for them is taken as they come. Default: as many as"
                                + " the model can.",
                        CONTEXT);
        keysValues = !sessions
                ? null
                : command.choice(
                        KEYS_VALUES_TYPES,
                        "TYPE",
                        "How keys and values are kept: f32, or f16, which takes half the memory and changes answers by little.",
                        ElementType.F32.word(),
                        KEYS_VALUES);
    }

    private SessionMemory memory() {
        Integer positions = context == null ? null : context.orNull();
        if (positions != null && positions < 1) {
            throw new UsageException(CONTEXT + ": expected at least 1, found " + positions + ".");
        }
        ElementType type = keysValues == null ? null : ElementType.ofWord(keysValues.get());
        return new SessionMemory(
                positions == null ? SessionMemory.ALL : positions, type == null ? ElementType.F32 : type);
    }

    /** What was asked for of sessions' memory, as arguments for another process. */
    public List<String> memoryArguments() {
        SessionMemory memory = memory();
        List<String> arguments = new ArrayList<>();
        if (memory.context() != SessionMemory.ALL) {
            arguments.addAll(List.of(CONTEXT, String.valueOf(memory.context())));
        }
        if (memory.keysValues() != ElementType.F32) {
            arguments.addAll(List.of(KEYS_VALUES, memory.keysValues().word()));
        }
        return arguments;
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
        @Nullable Path path = cartridge == null ? null : cartridge.orNull();
        return path != null ? path : shipped();
    }

    /** The cartridges that were asked for, or the shipped one. */
    public List<Path> paths() {
        return cartridges != null && cartridges.isGiven() ? cartridges.get() : List.of(shipped());
    }

    private Path shipped() {
        Path shipped = command.terminal.defaultCartridge();
        if (!Files.exists(shipped)) {
            throw new UsageException(
                    "There is no shipped cartridge at " + shipped.toAbsolutePath() + ". Name one with -c.");
        }
        return shipped;
    }

    /** Whether a cartridge was asked for. */
    public boolean namesCartridge() {
        return cartridge != null && cartridge.isGiven();
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
        arguments.addAll(memoryArguments());
        return arguments;
    }

    /** The executor and threads that were asked for. */
    public ExecutorChoice choice() {
        return new ExecutorChoice(executor(), threads(), memory());
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
