package org.pixelllm.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;

/**
 * Answers many prompts, several at a time: together they read the weights once, and each gets the very answer that it
 * would get alone. For one thread at a time.
 */
public final class Predictor implements AutoCloseable {

    /** The most prompts at a time. */
    private static final int MAX_SIZE = 64;

    /** What the sessions may take together, if one alone takes less. */
    private static final long STATE_BYTES = 256L << 20;

    private final Feed feed;
    private final int size;
    private final List<Session> sessions = new ArrayList<>();
    private final PixelLlm model;

    Predictor(PixelLlm model, Machine machine) {
        this.model = model;
        this.feed = new Feed(machine);
        this.size = (int) Math.clamp(STATE_BYTES / Math.max(1, stateBytes(machine.program())), 1, MAX_SIZE);
    }

    private static long stateBytes(Program program) {
        return program.withRole(Role.STATE).stream()
                .mapToLong(id -> 4 * program.tensor(id).elements())
                .sum();
    }

    /** How many prompts at a time this model's memory allows. */
    public int size() {
        return size;
    }

    /**
     * Answers prompts, as {@link PixelLlm#predict(TokenImage)} answers each.
     *
     * @param prompts at most {@link #size} of them, their ids below the model's vocabulary
     */
    public List<Answer> predict(List<TokenImage> prompts) {
        List<int[]> texts = begin(prompts);
        List<Answer> answers = new ArrayList<>();
        int vocabulary = model.vocabulary();
        feed.accept(
                sessions,
                texts,
                (i, logits, from) -> answers.add(new Answer(
                        Arrays.copyOfRange(logits, from, from + vocabulary),
                        prompts.get(i).count(),
                        texts.get(i).length)));
        return answers;
    }

    /** Answers prompts with pictures whose predictions hold the same number of tokens. */
    public List<Pictures> draw(List<TokenImage> prompts, int top) {
        int[] tops = new int[prompts.size()];
        Arrays.fill(tops, top);
        return draw(prompts, tops);
    }

    /**
     * Answers prompts with pictures, as {@link PixelLlm#draw} answers each.
     *
     * @param prompts at most {@link #size} of them, their ids below the model's vocabulary
     * @param tops for each how many tokens its prediction holds, 1 to the vocabulary // [prompts]
     */
    public List<Pictures> draw(List<TokenImage> prompts, int[] tops) {
        if (tops.length != prompts.size()) {
            throw new IllegalArgumentException(prompts.size() + " prompts, " + tops.length + " sizes of predictions");
        }
        List<int[]> texts = begin(prompts);
        List<Pictures> answers = new ArrayList<>();
        feed.draw(
                sessions,
                texts,
                tops,
                (i, drawn) -> answers.add(new Pictures(drawn, prompts.get(i).count(), texts.get(i).length)));
        return answers;
    }

    /** Gives each prompt a session that remembers nothing. */
    private List<int[]> begin(List<TokenImage> prompts) {
        if (prompts.size() > size) {
            throw new IllegalArgumentException("at most " + size + " prompts at a time, not " + prompts.size());
        }
        List<int[]> texts = new ArrayList<>();
        for (TokenImage prompt : prompts) {
            texts.add(model.used(prompt));
            if (sessions.size() < texts.size()) {
                sessions.add(model.newSession());
            }
            sessions.get(texts.size() - 1).reset();
        }
        return texts;
    }

    @Override
    public void close() {
        sessions.forEach(Session::close);
    }
}
