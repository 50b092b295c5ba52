package org.pixelllm.engine.serve;

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
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Predictor;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.executor.Row;
import org.pixelllm.pxvm.executor.Steps;

/**
 * Answers the requests of many threads, in the order in which they came. Those that wait are answered in one batch of as
 * many tokens as a step has; each gets the answer that it would get alone. Many threads ask; one, which this starts, answers.
 */
public final class RequestQueue {

    private final PixelLlm model;
    private final ModelCheck check;
    private final Consumer<String> ending;
    private final int capacity;
    private final BlockingQueue<Request> waiting;
    private final ReentrantLock answering = new ReentrantLock();
    private final AtomicLong answered = new AtomicLong();
    private volatile List<Request> batch = List.of();
    private volatile long lastUsed = System.nanoTime();
    private volatile @Nullable String ended; // why nothing more is answered

    /** Tells whether the model still is what new callers should get. */
    @FunctionalInterface
    public interface ModelCheck {
        /** What has changed, as a clause for messages; null where nothing has. */
        @Nullable
        String change();
    }

    /** One that waits. */
    private record Request(TokenImage tokens, int top, CompletableFuture<Answer> answer) {
        void refuse(String why) {
            answer.completeExceptionally(new QueueEndedException(why));
        }
    }

    /**
     * Begins to answer.
     *
     * @param model stays open until {@link #end} has returned true
     * @param capacity requests that may wait
     * @param check is asked before and after each batch; once something has changed, the batch is refused
     * @param ending receives why the queue ought to be ended: the model has changed, or nothing answers any more
     */
    public RequestQueue(PixelLlm model, int capacity, ModelCheck check, Consumer<String> ending) {
        this.model = model;
        this.capacity = capacity;
        this.check = check;
        this.ending = ending;
        this.waiting = new ArrayBlockingQueue<>(capacity);
        Thread.ofPlatform().daemon().name("answers").start(this::run);
    }

    /**
     * Waits for the answer to tokens.
     *
     * @param tokens their ids below the model's vocabulary
     * @param top how many tokens the prediction holds, 1 to the vocabulary, or {@link Row#LOGITS}
     * @throws QueueFullException where too many wait already
     * @throws QueueEndedException where the queue ends before this is answered
     */
    public Answer ask(TokenImage tokens, int top) throws InterruptedException {
        Request request = new Request(tokens, top, new CompletableFuture<>());
        lastUsed = System.nanoTime();
        if (!waiting.offer(request)) {
            throw new QueueFullException(capacity);
        }
        String why = ended;
        if (why != null) {
            refuseWaiting(why); // this one may have come after all had been refused
        }
        try {
            return request.answer.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** Requests that wait. */
    public int waiting() {
        return waiting.size();
    }

    /** Requests that were answered. */
    public long answered() {
        return answered.get();
    }

    /** How long there has been nothing to do, nanoseconds. */
    public long idleNanos() {
        return waiting.isEmpty() && batch.isEmpty() ? System.nanoTime() - lastUsed : 0;
    }

    /**
     * Refuses what waits and what comes, and gives the batch that is being answered a while.
     *
     * @param why for those who are refused
     * @return whether nothing runs any more, so that the model can be closed
     */
    public boolean end(String why, long graceMillis) throws InterruptedException {
        ended = why;
        refuseWaiting(why);
        if (answering.tryLock(graceMillis, TimeUnit.MILLISECONDS)) {
            answering.unlock();
            return true;
        }
        batch.forEach(request -> request.refuse(why));
        return false;
    }

    private void refuseWaiting(String why) {
        List<Request> all = new ArrayList<>();
        waiting.drainTo(all);
        all.forEach(request -> request.refuse(why));
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
        List<Request> requests = new ArrayList<>();
        int tokens = 0;
        Request next = waiting.take();
        while (next != null) {
            requests.add(next);
            tokens += Math.min(next.tokens.count(), model.context());
            boolean full = requests.size() == predictor.size() || tokens >= Steps.MAX_TOKENS;
            next = full ? null : waiting.poll();
        }
        answering.lock();
        try {
            batch = requests;
            String why = ended;
            if (why != null) {
                requests.forEach(request -> request.refuse(why));
                return false;
            }
            return answer(requests, predictor);
        } finally {
            batch = List.of();
            answering.unlock();
        }
    }

    private boolean answer(List<Request> requests, Predictor predictor) {
        if (isChanged(requests)) {
            return false;
        }
        List<Answer> answers;
        try {
            answers = predictor.predict(
                    requests.stream().map(Request::tokens).toList(),
                    requests.stream().mapToInt(Request::top).toArray());
        } catch (RuntimeException | Error e) {
            requests.forEach(request -> request.answer.completeExceptionally(e));
            return false;
        }
        if (isChanged(requests)) { // perhaps while it was being read
            return false;
        }
        answered.addAndGet(requests.size());
        for (int i = 0; i < requests.size(); i++) {
            requests.get(i).answer.complete(answers.get(i));
        }
        return true;
    }

    /** Whether the model has changed; then the batch is refused. */
    private boolean isChanged(List<Request> requests) {
        String change = check.change();
        if (change == null) {
            return false;
        }
        requests.forEach(request -> request.refuse(change));
        ending.accept(change);
        return true;
    }
}
