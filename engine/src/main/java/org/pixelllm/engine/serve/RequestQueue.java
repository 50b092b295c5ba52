package org.pixelllm.engine.serve;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Predictor;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.FileState;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.executor.Row;
import org.pixelllm.pxvm.executor.Steps;

/**
 * Answers the requests of many threads, in the order in which they came. Those that wait are answered in one batch of as
 * many tokens as a step has; each gets the answer that it would get alone. Many threads ask; one, which this starts, answers.
 */
public final class RequestQueue {

    private static final String GONE = "nobody waits for it any more";

    private final CurrentModel current;
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

    /**
     * An answer, and whose.
     *
     * @param answer of the model
     * @param model that gave it, which may have been closed since and still says what it was
     */
    public record Answered(Answer answer, PixelLlm model) {}

    /** One that waits. */
    private record Request(
            TokenImage tokens, String name, int top, BooleanSupplier gone, CompletableFuture<Answered> answer) {

        void refuse(String why) {
            answer.completeExceptionally(new QueueEndedException(why));
        }
    }

    /**
     * Begins to answer.
     *
     * @param current stays open until {@link #end} has returned true; renewed here where its file was replaced
     * @param capacity requests that may wait
     * @param check is asked before and after each batch; once something has changed, the batch is refused
     * @param ending receives why the queue ought to be ended: the model has changed, or nothing answers any more
     */
    public RequestQueue(CurrentModel current, int capacity, ModelCheck check, Consumer<String> ending) {
        this.current = current;
        this.capacity = capacity;
        this.check = check;
        this.ending = ending;
        this.waiting = new ArrayBlockingQueue<>(capacity);
        Thread.ofPlatform().daemon().name("answers").start(this::run);
    }

    /**
     * Waits for the answer to tokens.
     *
     * @param tokens the question
     * @param name of it, for messages
     * @param top how many tokens the prediction holds, 1 to the vocabulary, or {@link Row#LOGITS}
     * @throws QueueFullException where too many wait already
     * @throws QueueEndedException where the queue ends before this is answered
     * @throws PxiException where the model cannot answer this
     */
    public Answered ask(TokenImage tokens, String name, int top) throws InterruptedException, PxiException {
        return ask(tokens, name, top, () -> false);
    }

    /**
     * The same for somebody who may go away.
     *
     * @param gone is asked before the request is answered, and before each step while nobody else's is answered with it; once it says
     *     true, this throws a {@link CancellationException}
     */
    public Answered ask(TokenImage tokens, String name, int top, BooleanSupplier gone)
            throws InterruptedException, PxiException {
        Request request = new Request(tokens, name, top, gone, new CompletableFuture<>());
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
                case PxiException cause -> throw cause;
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
                try (PixelLlm model = current.lend(current.get().cartridge().file(), this::allAreGone);
                        Predictor predictor = model.newPredictor()) {
                    while (answerNext(model, predictor)) {
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
    private boolean answerNext(PixelLlm model, Predictor predictor) throws InterruptedException {
        List<Request> requests = new ArrayList<>();
        int tokens = 0;
        Request next = waiting.take();
        while (next != null) {
            if (next.gone.getAsBoolean()) {
                next.answer.completeExceptionally(new CancellationException(GONE));
            } else {
                requests.add(next);
                tokens += Math.min(next.tokens.count(), model.context());
            }
            boolean full = requests.size() == predictor.size() || tokens >= Steps.MAX_TOKENS;
            next = full ? null : waiting.poll();
        }
        if (requests.isEmpty()) {
            return true;
        }
        answering.lock();
        try {
            batch = requests;
            String why = ended;
            if (why != null) {
                requests.forEach(request -> request.refuse(why));
                return false;
            }
            if (!current.isCurrent(model) || current.isReplaced()) {
                answerAnew(requests);
                return false;
            }
            return answer(requests, model, predictor);
        } finally {
            batch = List.of();
            answering.unlock();
        }
    }

    /** Whether nobody waits for any of the batch any more. */
    private boolean allAreGone() {
        List<Request> now = batch;
        return !now.isEmpty() && now.stream().allMatch(each -> each.answer.isDone() || each.gone.getAsBoolean());
    }

    /** Answers from the file that has taken the cartridge's place. */
    private void answerAnew(List<Request> requests) {
        try {
            if (current.isReplaced()) {
                current.renew();
            }
        } catch (IOException | RuntimeException e) {
            String why = current.get().cartridge().file() + " was replaced, and cannot be opened: " + e.getMessage();
            requests.forEach(request -> request.refuse(why));
            ending.accept(why);
            return;
        }
        try (PixelLlm model = current.lend()) {
            int from = 0;
            while (from < requests.size()) { // of this model perhaps fewer at a time
                try (Predictor predictor = model.newPredictor()) {
                    int to = Math.min(requests.size(), from + predictor.size());
                    answer(requests.subList(from, to), model, predictor);
                    from = to;
                }
            }
        }
    }

    /** Whether the predictor is as good as before. */
    private boolean answer(List<Request> requests, PixelLlm model, Predictor predictor) {
        if (isChanged(requests, model)) {
            return false;
        }
        List<Request> open = new ArrayList<>();
        for (Request each : requests) {
            try {
                each.tokens.requireVocabulary(model.vocabulary(), each.name);
                open.add(each);
            } catch (PxiException e) {
                each.answer.completeExceptionally(e); // asked of the model before, perhaps
            }
        }
        if (open.isEmpty()) {
            return true;
        }
        List<Answer> answers;
        try {
            answers = predict(open, predictor);
        } catch (CancellationException e) {
            open.forEach(request -> request.answer.completeExceptionally(new CancellationException(GONE)));
            return false;
        } catch (Exception | Error e) {
            if (isChanged(open, model)) { // which is why
                return false;
            }
            if (open.size() == 1) {
                open.getFirst().answer.completeExceptionally(e);
            } else {
                alone(open, model);
            }
            return false;
        }
        if (isChanged(open, model)) { // perhaps while it was being read
            return false;
        }
        answered.addAndGet(open.size());
        for (int i = 0; i < open.size(); i++) {
            open.get(i).answer.complete(new Answered(answers.get(i), model));
        }
        return true;
    }

    private static List<Answer> predict(List<Request> requests, Predictor predictor) throws Exception {
        return predictor.predict(
                requests.stream().map(Request::tokens).toList(),
                requests.stream().mapToInt(Request::top).toArray());
    }

    /** One of a batch has failed: each is asked again by itself, so that the fault of one is not the others'. */
    private void alone(List<Request> requests, PixelLlm model) {
        for (Request each : requests) {
            try (Predictor predictor = model.newPredictor()) {
                answer(List.of(each), model, predictor);
            }
        }
    }

    /** Whether the model has changed; then the batch is refused. */
    private boolean isChanged(List<Request> requests, PixelLlm model) {
        String change = check.change();
        if (change == null && model.cartridge().change() == FileState.Change.OVERWRITTEN) {
            change = model.cartridge().file() + " has changed";
        }
        if (change == null) {
            return false;
        }
        String why = change;
        requests.forEach(request -> request.refuse(why));
        ending.accept(why);
        return true;
    }
}
