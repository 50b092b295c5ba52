package org.pixelllm.engine.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.BeamsImage;
import org.pixelllm.protocol.images.ScoresImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.tokenizer.TextDecoder;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/** What a model does with texts: continue them, look for their likeliest continuations, tell how probable they are. */
public final class TextGenerator {

    private final Machine machine;
    private final Cartridge cartridge;
    private final Supplier<Map<String, String>> origin;
    private final ModelFaults faults;

    /**
     * For an open model.
     *
     * @param machine the model's program
     * @param cartridge where its tokenizer is
     * @param origin gives the model's text entries for images
     * @param faults says what is wrong with a model that computes no finite numbers
     */
    public TextGenerator(
            Machine machine, Cartridge cartridge, Supplier<Map<String, String>> origin, ModelFaults faults) {
        this.machine = machine;
        this.cartridge = cartridge;
        this.origin = origin;
        this.faults = faults;
    }

    /** Continues a prompt; the errors are those of {@link #beams}. */
    public Generation generate(TokenImage prompt, GenerationOptions options, String file) throws PxiException {
        prompt.requireVersion(machine.program().vocabulary(), file);
        Detokenizer detokenizer = new Detokenizer(tokenizer(options), options);
        return new Generation(machine, origin, faults, prompt, detokenizer, options.sampling());
    }

    /**
     * The likeliest continuations of a prompt, best first.
     *
     * @param count how many, 1 to the {@link BeamsImage#most} of the model's version
     * @param options how long they may be and what ends them; the sampling is not used
     * @param file where the prompt came from, for messages
     * @throws ModelMismatchException where an id is beyond the vocabulary, the image is of version 1 and the model speaks version 2,
     *     or a stop text needs a tokenizer and there is none
     */
    public List<Beam> beams(TokenImage prompt, int count, GenerationOptions options, String file) throws PxiException {
        prompt.requireVersion(machine.program().vocabulary(), file);
        try (BeamSearch search = new BeamSearch(machine, tokenizer(options), count, options)) {
            return faults.check(() -> search.run(prompt.ids()));
        }
    }

    /** The model's tokenizer; null where it has none and no stop text is to be found. */
    private @Nullable Tokenizer tokenizer(GenerationOptions options) throws PxiException {
        return options.stop() != null || cartridge.hasTokenizer() ? cartridge.tokenizer() : null;
    }

    /**
     * Runs several generations to their ends together; each gives what it would give alone. One that meets NaN or an
     * infinity ends there, and says so when it is asked for its image; the others go on.
     *
     * @param generations of this model
     */
    public void finish(List<Generation> generations) {
        Together together = together();
        List<Generation> running = new ArrayList<>(generations);
        running.removeIf(Generation::isOver);
        while (!running.isEmpty()) {
            together.step(running);
            running.removeIf(Generation::isOver);
        }
    }

    /** Steps generations of this model together. */
    public Together together() {
        return new Together(machine);
    }

    /**
     * How probable a prompt is: the probability of each of its tokens after those before it.
     *
     * @param file where the prompt came from, for messages
     * @throws ModelMismatchException where an id is beyond the vocabulary
     */
    public Scores score(TokenImage prompt, String file) throws PxiException {
        prompt.requireVocabulary(machine.program().vocabulary(), file);
        int[] ids = prompt.ids();
        Scorer scorer = new Scorer(machine, ids);
        double nats = faults.check(scorer::run);
        return new Scores(new ScoresImage(prompt.version(), scorer.scored()), nats, charactersAfterFirst(ids));
    }

    private int charactersAfterFirst(int[] ids) throws PxiException {
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
}
