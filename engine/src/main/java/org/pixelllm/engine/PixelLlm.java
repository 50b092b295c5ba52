package org.pixelllm.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.images.BeamsImage;
import org.pixelllm.protocol.images.CharacterTokens;
import org.pixelllm.protocol.images.ScoresImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.tokenizer.TextDecoder;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

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
 * <p>Safe for use by many threads; steps run one after another.
 */
public final class PixelLlm implements AutoCloseable {

    /** The version of this software. */
    public static final String VERSION = "0.1.0";

    private final Cartridge cartridge;
    private final LoadedModel loaded;
    private final Machine machine;

    private PixelLlm(Cartridge cartridge, LoadedModel loaded) {
        this.cartridge = cartridge;
        this.loaded = loaded;
        this.machine = loaded.machine();
    }

    /**
     * Opens a cartridge on the fastest executor there is, with all cores.
     *
     * @throws PxiException naming what is wrong with the file
     */
    public static PixelLlm open(Path cartridge) throws PxiException {
        return open(cartridge, ExecutorChoice.automatic());
    }

    /**
     * Opens a cartridge on a chosen executor. Where that fails, nothing stays open.
     *
     * @throws PxiException naming what is wrong with the file
     */
    public static PixelLlm open(Path cartridge, ExecutorChoice choice) throws PxiException {
        Cartridge opened = Cartridge.open(cartridge);
        try {
            return new PixelLlm(opened, choice.load(opened.program(), opened.weights(), bytes(cartridge)));
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private static long bytes(Path cartridge) {
        try {
            return Files.size(cartridge);
        } catch (IOException e) {
            return 0; // The cartridge is open; a size that cannot be told is no reason to stop.
        }
    }

    /** What the model is made of. */
    public Cartridge cartridge() {
        return cartridge;
    }

    /** Which executor runs, and why. */
    public ChosenExecutor executor() {
        return loaded.chosen();
    }

    /** Token ids are below this. */
    public int vocabulary() {
        return cartridge.program().vocabulary();
    }

    /** The most tokens that the model looks back on. */
    public int context() {
        return cartridge.program().context();
    }

    /** A new session, at position 0. */
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
        int[] ids = tokenizer.encode(text);
        if (ids.length == 0 || ids.length > CharacterTokens.MAX_TOKENS) {
            throw new ModelMismatchException(new Fault(
                    "<text>",
                    "whole text",
                    "1 to " + CharacterTokens.MAX_TOKENS + " tokens",
                    String.valueOf(ids.length),
                    ids.length == 0 ? "Give at least one character." : "Give a shorter text."));
        }
        return new TokenImage(ids);
    }

    /**
     * What the model says after these tokens. A text longer than the context is answered from its last tokens.
     *
     * @throws ModelMismatchException where an id is beyond the vocabulary
     */
    public Answer predict(TokenImage tokens) throws ModelMismatchException {
        return predict(tokens, "<tokens>");
    }

    /**
     * The same, with a name for messages.
     *
     * @param file where the tokens came from
     */
    public Answer predict(TokenImage tokens, String file) throws ModelMismatchException {
        tokens.requireVocabulary(vocabulary(), file);
        int[] ids = used(tokens);
        try (Session session = newSession()) {
            return new Answer(session.accept(ids), tokens.count(), ids.length);
        }
    }

    /**
     * What the model says after these tokens, as the protocol's two images. They are those of {@link #predict(TokenImage)},
     * or, drawn on a GPU, within 1 of them.
     *
     * @param top how many tokens the prediction holds, 1 to the vocabulary
     * @param file where the tokens came from, for messages
     * @throws ModelMismatchException where an id is beyond the vocabulary
     */
    public Pictures draw(TokenImage tokens, int top, String file) throws ModelMismatchException {
        tokens.requireVocabulary(vocabulary(), file);
        int[] ids = used(tokens);
        try (Session session = newSession()) {
            return new Pictures(session.draw(top, ids), tokens.count(), ids.length);
        }
    }

    /** The last tokens, as many as fit in the context. */
    int[] used(TokenImage tokens) {
        int[] ids = tokens.ids();
        return Arrays.copyOfRange(ids, Math.max(0, ids.length - context()), ids.length);
    }

    /**
     * Speaks after a prompt, token by token.
     *
     * @throws ModelMismatchException where an id is beyond the vocabulary, or a stop text needs a tokenizer and there is
     *     none
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
        prompt.requireVocabulary(vocabulary(), file);
        Speech speech = new Speech(Speech.tokenizer(this, options), options);
        return new Generation(this, new Window(newSession(), context()), prompt.ids(), speech, options.sampling());
    }

    /**
     * The likeliest continuations of a prompt, best first.
     *
     * @param count how many, 1 to {@link BeamsImage#MAX_BEAMS}
     * @param options how long they may be and what ends them; the sampling is not used
     * @param file where the prompt came from, for messages
     * @throws ModelMismatchException as {@link #generate(TokenImage, GenerationOptions)}
     */
    public List<Beam> beams(TokenImage prompt, int count, GenerationOptions options, String file) throws PxiException {
        prompt.requireVocabulary(vocabulary(), file);
        try (BeamSearch search = new BeamSearch(this, machine, count, options)) {
            return search.run(prompt.ids());
        }
    }

    /** A new predictor, for many prompts. */
    public Predictor newPredictor() {
        return new Predictor(this, machine);
    }

    /**
     * Lets several speak to their ends together; each says what it would say alone.
     *
     * @param generations of this model
     */
    public void finish(List<Generation> generations) {
        Feed feed = new Feed(machine);
        List<Generation> speaking = new ArrayList<>(generations);
        speaking.removeIf(each -> each.stop() != null);
        while (!speaking.isEmpty()) {
            List<Generation> now = List.copyOf(speaking);
            feed.accept(
                    now.stream().map(Generation::session).toList(),
                    now.stream().map(Generation::pending).toList(),
                    (i, logits, from) -> now.get(i).say(logits, from));
            speaking.removeIf(each -> each.stop() != null);
        }
    }

    /**
     * How probable a prompt is: the probability of each of its tokens after those before it.
     *
     * @param file where the prompt came from, for messages
     * @throws ModelMismatchException where an id is beyond the vocabulary
     */
    public Scores score(TokenImage prompt, String file) throws PxiException {
        prompt.requireVocabulary(vocabulary(), file);
        int[] ids = prompt.ids();
        try (Session session = newSession()) {
            Scorer scorer = new Scorer(machine, session, ids);
            double nats = scorer.run();
            return new Scores(new ScoresImage(scorer.scored()), nats, charactersBehindTheFirst(ids));
        }
    }

    private int charactersBehindTheFirst(int[] ids) throws PxiException {
        if (!cartridge.hasTokenizer()) {
            return 0;
        }
        Tokenizer tokenizer = cartridge.tokenizer();
        boolean begins = ids[0] == tokenizer.bos();
        TextDecoder decoder = begins ? TextDecoder.fromTheBeginning(tokenizer) : TextDecoder.continuing(tokenizer);
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < ids.length; i++) {
            text.append(ids[i] < tokenizer.vocabulary() ? decoder.add(ids[i]) : "");
        }
        text.append(decoder.end());
        return text.codePointCount(0, text.length());
    }

    /** Where an image of scores came from. */
    public Map<String, String> provenance(Scores scores) {
        return scores.addTo(provenance());
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
     */
    public Map<String, String> provenance() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("Software", "Pixel-LLM " + VERSION);
        entries.put("Cartridge", "sha256:" + cartridge.digest());
        entries.put("Program", "sha256:" + cartridge.programDigest());
        entries.put("Executor", executor().executor().name());
        entries.put("Sampler", "none");
        entries.put("Seed", "none");
        return entries;
    }

    /** The same for one answer: it adds how much of the text was used. */
    public Map<String, String> provenance(Reply answer) {
        Map<String, String> entries = provenance();
        if (answer.isShortened()) {
            entries.put("Context", "last " + answer.tokensUsed() + " of " + answer.tokensGiven() + " tokens");
        }
        return entries;
    }

    @Override
    public void close() {
        loaded.close();
        cartridge.close();
    }
}
