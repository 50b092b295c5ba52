package org.pixelllm.engine;

import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.chat.Conversation;
import org.pixelllm.engine.chat.Turn;
import org.pixelllm.engine.text.Beam;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.ModelFaultException;
import org.pixelllm.engine.text.ModelFaults;
import org.pixelllm.engine.text.Scores;
import org.pixelllm.engine.text.TextGenerator;
import org.pixelllm.engine.text.Together;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.images.BeamsImage;
import org.pixelllm.protocol.images.CharacterTokens;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Row;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Steps;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * A model, open and ready.
 *
 * <pre>{@code
 * try (PixelLlm model = PixelLlm.open(Path.of("cartridges/default.pxi"))) {
 *     Answer answer = model.predict(model.tokens("pxOS evolution"));
 *     answer.prediction(5).write(Path.of("output_token.pxi"), model.provenance());
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads; steps run one after another. Where the cartridge's file is written over or cut short
 * while it is open, what computes throws a {@link org.pixelllm.protocol.fault.ChangedFileException}: no answer comes from other
 * weights than those that it names.
 */
public final class PixelLlm implements AutoCloseable {

    /** The version of this software. */
    public static final String VERSION = "0.1.0";

    private final Cartridge cartridge;
    private final LoadedModel loaded;
    private final Machine machine;
    private final ModelFaults faults;
    private final BooleanSupplier stopped; // asked before each step
    private final @Nullable Runnable end; // of one that was lent

    private PixelLlm(Cartridge cartridge, LoadedModel loaded) {
        this.cartridge = cartridge;
        this.loaded = loaded;
        this.machine = new WatchedMachine(loaded.machine(), cartridge);
        this.faults = new ModelFaults(cartridge, cartridge.file());
        this.stopped = Never.STOPPED;
        this.end = null;
    }

    private PixelLlm(PixelLlm lender, String file, BooleanSupplier stopped, Runnable end) {
        this.cartridge = lender.cartridge;
        this.loaded = lender.loaded;
        this.machine = new StoppableMachine(lender.machine, stopped);
        this.faults = lender.faults.of(file);
        this.stopped = stopped;
        this.end = end;
    }

    /** A class and no lambda: the first lambda of a fresh JVM costs milliseconds. */
    private enum Never implements BooleanSupplier {
        STOPPED;

        @Override
        public boolean getAsBoolean() {
            return false;
        }
    }

    /**
     * The same open model for somebody else, who closes it without closing this one. It must not be used once this one is
     * closed.
     *
     * @param file what its file is called in messages
     * @param stopped is asked before each step; once it says true, steps throw a
     *     {@link java.util.concurrent.CancellationException}
     * @param whenClosed is told, once
     */
    @MustBeClosed
    public PixelLlm lent(String file, BooleanSupplier stopped, Runnable whenClosed) {
        AtomicBoolean closed = new AtomicBoolean();
        return new PixelLlm(this, file, stopped, () -> {
            if (!closed.getAndSet(true)) {
                whenClosed.run();
            }
        });
    }

    /**
     * Opens a cartridge on the fastest executor there is, with all cores.
     *
     * @throws PxiException naming what is wrong with the file
     */
    @MustBeClosed
    public static PixelLlm open(Path cartridge) throws PxiException {
        return open(cartridge, ExecutorChoice.automatic());
    }

    /**
     * Opens a cartridge on a chosen executor. Where that fails, nothing stays open.
     *
     * @throws PxiException naming what is wrong with the file
     */
    @SuppressWarnings("MustBeClosedChecker") // The model closes the cartridge.
    @MustBeClosed
    public static PixelLlm open(Path cartridge, ExecutorChoice choice) throws PxiException {
        Cartridge opened = Cartridge.open(cartridge);
        try {
            Program program = choice.memory().of(opened.program(), opened.file());
            LoadedModel loaded = choice.load(program, opened.weights(), opened.fileBytes());
            return new PixelLlm(opened, loaded);
        } catch (ModelMismatchException | RuntimeException | Error e) {
            try {
                opened.requireUnchanged(); // which would be why
            } finally {
                opened.close();
            }
            throw e;
        }
    }

    /** What the model is made of. */
    public Cartridge cartridge() {
        return cartridge;
    }

    /** Says what is wrong with this model where it computes no finite numbers. */
    public ModelFaults faults() {
        return faults;
    }

    /** Which executor runs, and why. */
    public ChosenExecutor executor() {
        return loaded.chosen();
    }

    /** Token ids are below this. */
    public int vocabulary() {
        return cartridge.program().vocabulary();
    }

    /** The version of the images that this model's answers and texts are in. */
    public PxiVersion version() {
        return PxiVersion.of(vocabulary());
    }

    /** The most tokens that the model looks back on, or that its sessions may remember. */
    public int context() {
        return program().context();
    }

    /** What runs: the cartridge's program with sessions of the memory that was asked for. */
    public Program program() {
        return machine.program();
    }

    /** Another program on this model's executor, with its weights. */
    @SuppressWarnings("MustBeClosedChecker") // The caller closes it.
    @MustBeClosed
    public Machine load(Program program) {
        return new StoppableMachine(executor().executor().load(program, cartridge.weights()), stopped);
    }

    /** A new session, at position 0. */
    @MustBeClosed
    public Session newSession() {
        return new Session(machine);
    }

    /**
     * A text as tokens of this model.
     *
     * @throws ModelMismatchException where the text has no tokens or too many, or the model has no tokenizer
     */
    public TokenImage tokens(String text) throws PxiException {
        Tokenizer tokenizer = cartridge.tokenizer();
        return image(tokenizer.encode(text));
    }

    /**
     * A conversation as tokens of this model, after which it is to speak.
     *
     * @throws PxiException where the model has no template for it, or one that is beyond what is known here or refuses these turns
     */
    public TokenImage tokens(List<Turn> turns) throws PxiException {
        return image(Conversation.ids(cartridge, turns));
    }

    private TokenImage image(int[] ids) throws ModelMismatchException {
        if (ids.length == 0 || ids.length > CharacterTokens.MAX_TOKENS) {
            throw new ModelMismatchException(new Fault(
                    "<text>",
                    "whole text",
                    "1 to " + CharacterTokens.MAX_TOKENS + " tokens",
                    String.valueOf(ids.length),
                    ids.length == 0 ? "Give at least one character." : "Give a shorter text."));
        }
        return new TokenImage(version(), ids);
    }

    /**
     * What the model predicts after these tokens. A text longer than the context is answered from its last tokens.
     *
     * @throws PxiException where an id is beyond the vocabulary, or the model does not read the image's version
     */
    public Answer predict(TokenImage tokens) throws PxiException {
        return predict(tokens, "<tokens>");
    }

    /**
     * The same, with a name for messages.
     *
     * @param file where the tokens came from
     */
    public Answer predict(TokenImage tokens, String file) throws PxiException {
        return predict(tokens, Row.LOGITS, file);
    }

    /**
     * The same as the protocol's two images only: a GPU draws them itself, within 1 of those of the logits, and copies nothing
     * else.
     *
     * @param top how many tokens the prediction holds, 1 to the vocabulary, or {@link Row#LOGITS}
     * @param file where the tokens came from, for messages
     * @throws PxiException where an id is beyond the vocabulary, or the model does not read the image's version
     */
    public Answer predict(TokenImage tokens, int top, String file) throws PxiException {
        tokens.requireVocabulary(vocabulary(), file);
        int[] ids = used(tokens);
        try (State state = machine.newState()) {
            List<Row> rows = new Steps(machine).rows(List.of(new Step.Part(state, ids, 1)), new int[] {top});
            return new Answer(rows.getFirst(), tokens.version(), tokens.count(), ids.length, faults);
        }
    }

    /** The last tokens, as many as fit in the context. */
    int[] used(TokenImage tokens) {
        int[] ids = tokens.ids();
        return Arrays.copyOfRange(ids, Math.max(0, ids.length - context()), ids.length);
    }

    /**
     * Continues a prompt, token by token.
     *
     * @throws ModelMismatchException where an id is beyond the vocabulary, the image is of version 1 and the model speaks version 2,
     *     or a stop text needs a tokenizer and there is none
     */
    public Generation generate(TokenImage prompt, GenerationOptions options) throws PxiException {
        return generate(prompt, options, "<tokens>");
    }

    /**
     * The same, with a name for messages.
     *
     * @param file where the prompt came from
     */
    public Generation generate(TokenImage prompt, GenerationOptions options, String file) throws PxiException {
        return texts().generate(prompt, options, file);
    }

    /**
     * The likeliest continuations of a prompt, best first.
     *
     * @param count how many, 1 to {@link BeamsImage#MAX_BEAMS}
     * @param options how long they may be and what ends them; the sampling is not used
     * @param file where the prompt came from, for messages
     * @throws ModelMismatchException as {@link #generate(TokenImage, GenerationOptions)}
     * @throws ModelFaultException where the model computes NaN or an infinity
     */
    public List<Beam> beams(TokenImage prompt, int count, GenerationOptions options, String file) throws PxiException {
        return texts().beams(prompt, count, options, file);
    }

    /**
     * Runs several generations to their ends together; each gives what it would give alone.
     *
     * @param generations of this model
     */
    public void finish(List<Generation> generations) {
        texts().finish(generations);
    }

    /** Steps generations of this model together, token by token. */
    public Together together() {
        return texts().together();
    }

    /**
     * How probable a prompt is: the probability of each of its tokens after those before it.
     *
     * @param file where the prompt came from, for messages
     * @throws ModelMismatchException where an id is beyond the vocabulary
     * @throws ModelFaultException where the model computes NaN or an infinity
     */
    public Scores score(TokenImage prompt, String file) throws PxiException {
        return texts().score(prompt, file);
    }

    private TextGenerator texts() {
        return new TextGenerator(machine, cartridge, () -> provenance(), faults);
    }

    /** A new predictor, for many prompts. */
    @MustBeClosed
    public Predictor newPredictor() {
        return new Predictor(this, machine);
    }

    /** Where an image of scores came from. */
    public Map<String, String> provenance(Scores scores) {
        Map<String, String> entries = provenance();
        entries.putAll(scores.entries());
        return entries;
    }

    /**
     * Sessions that step together.
     *
     * @param sessions of this model, at least one, each once
     */
    public Batch batch(List<Session> sessions) {
        return new Batch(machine, sessions);
    }

    /**
     * Where an image came from: text entries for the images that this model answers with. Where tokens are drawn, their
     * sampler and seed take the place of {@code none}.
     *
     * @throws org.pixelllm.protocol.fault.ChangedFileException where the cartridge's file has been written over since it was
     *     opened
     */
    public Map<String, String> provenance() {
        cartridge.requireUnchanged();
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("Software", "Pixel-LLM " + VERSION);
        entries.put("Cartridge", "sha256:" + cartridge.digest());
        entries.put("Program", "sha256:" + cartridge.programDigest());
        entries.put("Executor", arithmetic());
        entries.put("Sampler", "none");
        entries.put("Seed", "none");
        return entries;
    }

    private String arithmetic() {
        String name = executor().executor().arithmetic();
        ElementType type = program().keysValuesType();
        return type == ElementType.F32 ? name : name + ", keys and values in " + type.word();
    }

    /** The same for one answer: it adds how much of the text was used. */
    public Map<String, String> provenance(Answer answer) {
        Map<String, String> entries = provenance();
        if (answer.isShortened()) {
            entries.put("Context", "last " + answer.tokensUsed() + " of " + answer.tokensGiven() + " tokens");
        }
        return entries;
    }

    @Override
    public void close() {
        if (end != null) {
            end.run();
        } else {
            loaded.close();
            cartridge.close();
        }
    }
}
