package org.pixelllm.engine.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Steps;
import org.pixelllm.pxvm.program.NotFiniteException;

/**
 * A text that a model continues, token by token.
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

    private final Supplier<Map<String, String>> origin;
    private final ModelFaults faults;
    private final Sampling sampling;
    private final Sampler sampler;
    private final Window window;
    private final Detokenizer detokenizer;
    private final Steps steps;
    private final float[] logits; // [vocabulary]
    private final List<Prediction> generated = new ArrayList<>();
    private final PxiVersion version; // the prompt's, and so the model's
    private int[] pending; // what the session takes in next
    private String text = "";
    private @Nullable StopReason stop;
    private @Nullable NotFiniteException notFinite;

    /**
     * @param origin gives the model's text entries for images
     * @param faults says what is wrong with a model that computes no finite numbers
     */
    Generation(
            Machine machine,
            Supplier<Map<String, String>> origin,
            ModelFaults faults,
            TokenImage prompt,
            Detokenizer detokenizer,
            Sampling sampling) {
        this.origin = origin;
        this.faults = faults;
        this.sampling = sampling;
        this.sampler = new Sampler(sampling);
        this.window = new Window(machine);
        this.detokenizer = detokenizer;
        this.steps = new Steps(machine);
        this.logits = new float[machine.program().vocabulary()];
        this.version = prompt.version();
        this.pending = window.begin(prompt.ids());
    }

    /**
     * Generates the next token.
     *
     * @return whether there was one; false after the last
     * @throws ModelFaultException where the model computes NaN or an infinity; the tokens before it stay
     */
    public boolean next() {
        requireSound();
        if (stop != null) {
            return false;
        }
        steps.run(List.of(part()), (number, values, from) -> append(values, from));
        requireSound();
        return true;
    }

    /** Whether there is nothing more to come: it has stopped, or the model has computed NaN or an infinity. */
    public boolean isOver() {
        return stop != null || notFinite != null;
    }

    /** Whether the model has computed NaN or an infinity in place of the next token. */
    public boolean isFaulty() {
        return notFinite != null;
    }

    private void requireSound() {
        if (notFinite != null) {
            throw faults.of(notFinite);
        }
    }

    /** What a step takes in before the next token can be chosen. */
    Step.Part part() {
        return window.part(pending);
    }

    /**
     * Chooses the next token.
     *
     * @param values the logits after {@link #part} // [rows, vocabulary]
     * @param from where they begin
     */
    void append(float[] values, int from) {
        System.arraycopy(values, from, logits, 0, logits.length);
        Softmax softmax;
        try {
            softmax = Softmax.of(logits, 0, logits.length);
        } catch (NotFiniteException e) {
            notFinite = e; // and not thrown: others may be generated in the same step
            return;
        }
        int id = sampler.choose(logits, window.tail(Sampler.REPEAT_WINDOW), generated.size());
        generated.add(Prediction.of(id, softmax.probability(id)));
        text = detokenizer.add(id);
        stop = detokenizer.stop();
        if (stop == null) {
            pending = window.add(id);
        }
    }

    /** The token generated last. */
    public Prediction token() {
        return generated.getLast();
    }

    /**
     * The characters that can be shown since the token generated last: often its own, sometimes none, whole ones always. The
     * stop text is never among them.
     */
    public String text() {
        return text;
    }

    /** Why the generation has ended, or null while it goes on. */
    public @Nullable StopReason stop() {
        return stop;
    }

    /** Ends it with the tokens that there are. What has ended already stays as it ended. */
    public void interrupt() {
        if (stop == null) {
            stop = StopReason.INTERRUPTED;
        }
    }

    /** All tokens generated so far, those that spell the stop text or end the model's text too. */
    public List<Prediction> tokens() {
        return Collections.unmodifiableList(generated);
    }

    /**
     * All tokens generated so far, at least one, as the protocol's image.
     *
     * @throws ModelFaultException where the model computes NaN or an infinity, unless {@link #interrupt} has ended the
     *     generation with the tokens before it
     */
    public SequenceImage image() {
        if (stop == null) {
            requireSound();
        }
        return new SequenceImage(version, generated);
    }

    /** Where {@link #image} came from: the model's entries, sampler and seed, what became of the context, why it ended. */
    public Map<String, String> provenance() {
        Map<String, String> entries = new LinkedHashMap<>(origin.get());
        entries.put("Sampler", sampling.words());
        entries.put("Seed", String.valueOf(sampling.seed()));
        String note = window.note();
        if (!note.isEmpty()) {
            entries.put("Context", note);
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
