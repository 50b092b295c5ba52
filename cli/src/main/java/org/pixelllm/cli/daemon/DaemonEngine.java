package org.pixelllm.cli.daemon;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.storage.FileSnapshot;
import org.pixelllm.cli.terminal.TryAgainException;
import org.pixelllm.engine.Pictures;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Predictor;
import org.pixelllm.protocol.images.TokenImage;

/**
 * Answers the requests of all connections in the order in which they came, those that wait together: each gets the answer
 * that it would get alone. Many threads ask; one answers.
 */
final class DaemonEngine {

    private final PixelLlm model;
    private final FileSnapshot files;
    private final Consumer<String> ending;
    private final int most;
    private final BlockingQueue<Ask> waiting;
    private final ReentrantLock answering = new ReentrantLock();
    private final AtomicLong answered = new AtomicLong();

    private volatile List<Ask> batch = List.of();
    private volatile long lastUsed = System.nanoTime();
    private volatile @Nullable String ended; // why nothing more is answered

    /** One that waits. */
    private record Ask(TokenImage tokens, int top, CompletableFuture<Pictures> answer) {

        void refuse(String why) {
            answer.completeExceptionally(new TryAgainException("The daemon ends: " + why + ". Ask again."));
        }
    }

    /**
     * Begins to answer.
     *
     * @param files that the model and the program come from: nothing is answered once one of them has changed
     * @param most requests that may wait
     * @param ending is told why the daemon is to end
     */
    DaemonEngine(PixelLlm model, FileSnapshot files, int most, Consumer<String> ending) {
        this.model = model;
        this.files = files;
        this.most = most;
        this.ending = ending;
        this.waiting = new ArrayBlockingQueue<>(most);
        Thread.ofPlatform().daemon().name("answers").start(this::run);
    }

    /**
     * Waits for the answer to tokens of this model.
     *
     * @param top how many tokens its prediction holds, 1 to the vocabulary
     * @throws TryAgainException where too many wait already, or the daemon ends
     */
    Pictures answer(TokenImage tokens, int top) throws InterruptedException {
        Ask ask = new Ask(tokens, top, new CompletableFuture<>());
        lastUsed = System.nanoTime();
        if (!waiting.offer(ask)) {
            throw new TryAgainException("The daemon is busy: " + most + " requests wait. Ask again.");
        }
        if (ended != null) {
            refuseAll(ended); // this one may have come after all had been refused
        }
        try {
            return ask.answer.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** Requests that wait. */
    int waiting() {
        return waiting.size();
    }

    /** Requests that were answered. */
    long answered() {
        return answered.get();
    }

    /** How long there has been nothing to do. */
    long idleNanos() {
        return waiting.isEmpty() && batch.isEmpty() ? System.nanoTime() - lastUsed : 0;
    }

    /**
     * Refuses what waits and what comes, and gives what is being answered a while.
     *
     * @return whether the model is at rest, so that it can be closed
     */
    boolean end(String why, long graceMillis) throws InterruptedException {
        ended = why;
        refuseAll(why);
        if (answering.tryLock(graceMillis, TimeUnit.MILLISECONDS)) {
            answering.unlock();
            return true;
        }
        batch.forEach(ask -> ask.refuse(why));
        return false;
    }

    private void refuseAll(String why) {
        List<Ask> all = new ArrayList<>();
        waiting.drainTo(all);
        all.forEach(ask -> ask.refuse(why));
    }

    private void run() {
        try {
            while (ended == null) {
                try (Predictor predictor = model.newPredictor()) {
                    while (answerNext(predictor)) {
                        lastUsed = System.nanoTime();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ending.accept("nothing answers any more"); // without which all would wait for ever
        }
    }

    /** Whether the predictor is as good as before. */
    private boolean answerNext(Predictor predictor) throws InterruptedException {
        List<Ask> asks = new ArrayList<>();
        int tokens = 0;
        Ask next = waiting.take();
        while (next != null) {
            asks.add(next);
            tokens += Math.min(next.tokens.count(), model.context());
            boolean full = asks.size() == predictor.size() || tokens >= DaemonLimits.BATCH_TOKENS;
            next = full ? null : waiting.poll();
        }
        answering.lock();
        try {
            batch = asks;
            String why = ended;
            if (why != null) {
                asks.forEach(ask -> ask.refuse(why));
                return false;
            }
            return answer(asks, predictor);
        } finally {
            batch = List.of();
            answering.unlock();
        }
    }

    private boolean answer(List<Ask> asks, Predictor predictor) {
        if (hasChanged(asks)) {
            return false;
        }
        List<Pictures> answers;
        try {
            answers = predictor.draw(
                    asks.stream().map(Ask::tokens).toList(),
                    asks.stream().mapToInt(Ask::top).toArray());
        } catch (RuntimeException | Error e) {
            asks.forEach(ask -> ask.answer.completeExceptionally(e));
            return false;
        }
        if (hasChanged(asks)) { // perhaps while it was being read
            return false;
        }
        answered.addAndGet(asks.size());
        for (int i = 0; i < asks.size(); i++) {
            asks.get(i).answer.complete(answers.get(i));
        }
        return true;
    }

    /** Looks whether what answers is still what a command would answer with, and refuses all if not. */
    private boolean hasChanged(List<Ask> asks) {
        Path changed = files.changed();
        if (changed == null) {
            return false;
        }
        String why = changed + " has changed";
        asks.forEach(ask -> ask.refuse(why));
        ending.accept(why);
        return true;
    }
}
