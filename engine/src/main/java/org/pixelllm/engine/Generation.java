package org.pixelllm.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.SequenceImage;

/**
 * A model speaking, token by token.
 *
 * <pre>{@code
 * try (Generation generation = model.generate(model.tokens("Once"), options)) {
 *     while (generation.next()) {
 *         System.out.print(generation.text());
 *     }
 * }
 * }</pre>
 *
 * <p>Same model, executor, prompt and options: same tokens. When the text outgrows the model's context, the model goes
 * on from its last half; {@link #provenance} says so. For one thread at a time.
 */
public final class Generation implements AutoCloseable {

    private final PixelLlm model;
    private final Sampling sampling;
    private final Sampler sampler;
    private final Window window;
    private final Speech speech;
    private final float[] logits; // [vocabulary]
    private final List<Prediction> said = new ArrayList<>();
    private int[] pending; // what the session takes in next
    private String text = "";
    private @Nullable StopReason stop;

    Generation(PixelLlm model, Window window, int[] prompt, Speech speech, Sampling sampling) {
        this.model = model;
        this.sampling = sampling;
        this.sampler = new Sampler(sampling);
        this.window = window;
        this.speech = speech;
        this.logits = new float[model.vocabulary()];
        this.pending = window.begin(prompt);
    }

    /**
     * Says the next token.
     *
     * @return whether there was one; false after the last
     */
    public boolean next() {
        if (stop != null) {
            return false;
        }
        if (pending.length == 1) {
            window.session().accept(pending[0], logits);
        } else {
            System.arraycopy(window.session().accept(pending), 0, logits, 0, logits.length);
        }
        say();
        return true;
    }

    Session session() {
        return window.session();
    }

    /** The tokens that the session takes in before the next token can be said. */
    int[] pending() {
        return pending;
    }

    /** Says the next token, where somebody else had the session take in what is pending. */
    void say(float[] from, int offset) {
        System.arraycopy(from, offset, logits, 0, logits.length);
        say();
    }

    private void say() {
        int id = sampler.choose(logits, window.tail(Sampler.REPEAT_WINDOW), said.size());
        said.add(Prediction.of(id, Softmax.of(logits, 0, logits.length).probability(id)));
        text = speech.add(id);
        stop = speech.stop();
        if (stop == null) {
            pending = window.add(id);
        }
    }

    /** The token said last. */
    public Prediction token() {
        return said.getLast();
    }

    /**
     * The characters that can be shown since the token said last: often its own, sometimes none, whole ones always. The
     * stop text is never among them.
     */
    public String text() {
        return text;
    }

    /** Why nothing more is said, or null while there is more. */
    public @Nullable StopReason stop() {
        return stop;
    }

    /** All tokens said so far, those that spell the stop text or end the model's text too. */
    public List<Prediction> tokens() {
        return Collections.unmodifiableList(said);
    }

    /** All tokens said so far, at least one, as the protocol's image. */
    public SequenceImage image() {
        return new SequenceImage(said);
    }

    /** Where {@link #image} came from: the model's entries, sampler and seed, what became of the context, why it ended. */
    public Map<String, String> provenance() {
        Map<String, String> entries = model.provenance();
        entries.put("Sampler", sampling.words());
        entries.put("Seed", String.valueOf(sampling.seed()));
        String story = window.story();
        if (!story.isEmpty()) {
            entries.put("Context", story);
        }
        if (stop != null) {
            entries.put("Stop", stop.words());
        }
        return entries;
    }

    @Override
    public void close() {
        window.close();
    }
}
