package org.pixelllm.engine.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.TokenImage;

/**
 * Continues the prompts of many threads. Each prompt is read for itself, on the thread that asks; from the first token on, all that
 * speak at a time step together, and each gets the tokens that it would get alone. Many threads ask; one, which this starts, steps.
 */
public final class GenerationQueue {

    /** How often one that waits looks whether there is still somebody who steps. */
    private static final long PATIENCE_MILLISECONDS = 1000;

    private final CurrentModel current;
    private final BlockingQueue<Speaker> joining;
    private final int capacity;
    private final Thread thread;
    private volatile @Nullable String ended; // why nothing more is continued

    /**
     * One token of a continuation.
     *
     * @param prediction the token
     * @param text the characters that can be shown since the token before it; may be empty
     */
    public record Spoken(Prediction prediction, String text) {}

    /** Receives tokens as they come, on the thread that has asked. */
    @FunctionalInterface
    public interface Listener {
        /** Takes the next one. */
        void spoke(Spoken token);
    }

    /** Uses a continuation that has come to its end, and is closed after that. */
    @FunctionalInterface
    public interface Use<T> {
        /** Uses it. */
        T of(Generation generation, PixelLlm model) throws PxiException;
    }

    /** What one that asks waits for: tokens, and an end after them. */
    private sealed interface Event {
        record Token(Spoken spoken) implements Event {}

        record End(@Nullable Throwable failure) implements Event {}
    }

    /** One that speaks. Its events are bounded by the tokens that it may have. */
    private record Speaker(Generation generation, PixelLlm model, BooleanSupplier gone, BlockingQueue<Event> events) {

        void tell() {
            events.add(new Event.Token(new Spoken(generation.token(), generation.text())));
        }

        void end(@Nullable Throwable failure) {
            events.add(new Event.End(failure));
        }
    }

    /**
     * Begins to step.
     *
     * @param current stays open until {@link #end} has returned
     * @param capacity how many may wait to join those that speak
     */
    public GenerationQueue(CurrentModel current, int capacity) {
        this.current = current;
        this.capacity = capacity;
        this.joining = new ArrayBlockingQueue<>(capacity);
        this.thread = Thread.ofPlatform().daemon().name("generations").start(this::run);
    }

    /**
     * Continues a prompt to its end.
     *
     * @param prompt the tokens to continue
     * @param options what to generate
     * @param name of the prompt, for messages
     * @param gone is asked before each step; once it says true, this throws a {@link CancellationException}
     * @param listener receives each token
     * @param use receives the whole continuation
     * @return what that gives
     * @throws QueueFullException where too many wait already
     * @throws QueueEndedException where the queue ends first
     * @throws PxiException where the model cannot continue this
     */
    public <T> T generate(
            TokenImage prompt,
            GenerationOptions options,
            String name,
            BooleanSupplier gone,
            Listener listener,
            Use<T> use)
            throws InterruptedException, PxiException {
        requireOpen();
        try (PixelLlm model =
                        current.lend(current.get().cartridge().file(), () -> gone.getAsBoolean() || ended != null);
                Generation generation = model.generate(prompt, options, name)) {
            Speaker speaker = new Speaker(generation, model, gone, new LinkedBlockingQueue<>());
            generation.next();
            listener.spoke(new Spoken(generation.token(), generation.text()));
            if (!generation.isOver()) {
                if (!joining.offer(speaker)) {
                    throw new QueueFullException(capacity);
                }
                follow(speaker, listener);
            }
            return use.of(generation, model);
        } catch (CancellationException e) {
            requireOpen(); // which would be why
            throw e;
        }
    }

    private void requireOpen() {
        String why = ended;
        if (why != null) {
            throw new QueueEndedException(why);
        }
    }

    /** Passes tokens on until the queue's thread has let go of the speaker, whatever the listener does. */
    private void follow(Speaker speaker, Listener listener) throws InterruptedException {
        RuntimeException refusal = null;
        while (true) {
            switch (await(speaker)) {
                case Event.Token token -> {
                    if (refusal == null) {
                        try {
                            listener.spoke(token.spoken());
                        } catch (RuntimeException e) {
                            refusal = e;
                            speaker.generation.interrupt();
                        }
                    }
                }
                case Event.End end -> {
                    if (refusal != null) {
                        throw refusal;
                    }
                    switch (end.failure()) {
                        case null -> {
                            return;
                        }
                        case RuntimeException cause -> throw cause;
                        case Throwable cause -> throw new IllegalStateException(cause);
                    }
                }
            }
        }
    }

    private Event await(Speaker speaker) throws InterruptedException {
        while (true) {
            Event event = speaker.events.poll(PATIENCE_MILLISECONDS, TimeUnit.MILLISECONDS);
            if (event != null) {
                return event;
            }
            if (!thread.isAlive()) {
                joining.remove(speaker);
                throw new QueueEndedException("nothing answers any more");
            }
        }
    }

    /**
     * Stops all that speak, within a step, and refuses what comes.
     *
     * @param why for those who are refused
     */
    public void end(String why) throws InterruptedException {
        ended = why;
        thread.interrupt();
        thread.join();
    }

    /** How many wait to join those that speak. */
    public int waiting() {
        return joining.size();
    }

    private void run() {
        List<Speaker> speaking = new ArrayList<>();
        try {
            while (ended == null) {
                if (speaking.isEmpty()) {
                    speaking.add(joining.take());
                }
                joining.drainTo(speaking);
                step(speaking);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            joining.drainTo(speaking);
            String why = ended == null ? "nothing answers any more" : ended;
            speaking.forEach(each -> each.end(new QueueEndedException(why)));
        }
    }

    /** One token for each of one model; the others have their turn next. */
    private void step(List<Speaker> speaking) {
        speaking.removeIf(each -> {
            if (each.gone.getAsBoolean()) {
                each.end(new CancellationException("nobody waits for it any more"));
                return true;
            }
            return ended(each);
        });
        if (speaking.isEmpty()) {
            return;
        }
        PixelLlm model = speaking.getFirst().model;
        List<Speaker> now = speaking.stream()
                .filter(each -> each.model.cartridge() == model.cartridge())
                .toList();
        speaking.removeAll(now);
        try {
            model.together().step(now.stream().map(Speaker::generation).toList());
        } catch (CancellationException e) { // of the first, whose model it is: the others go on
            now.getFirst().end(e);
            speaking.addAll(now.subList(1, now.size()));
            return;
        } catch (RuntimeException | Error e) {
            now.forEach(each -> each.end(e));
            return;
        }
        for (Speaker each : now) {
            if (!each.generation.isFaulty()) {
                each.tell();
            }
            if (!ended(each)) {
                speaking.add(each);
            }
        }
    }

    /** Whether this one has nothing more to say; then it has been told so. */
    private static boolean ended(Speaker speaker) {
        if (!speaker.generation.isOver()) {
            return false;
        }
        speaker.end(null);
        return true;
    }
}
