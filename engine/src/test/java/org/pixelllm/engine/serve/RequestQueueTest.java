package org.pixelllm.engine.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.executor.Row;
import org.pixelllm.pxvm.executor.Steps;

/** A queue that is full, fails, ends or has a model that changed: nobody waits for ever, and nobody gets another's answer. */
@Timeout(60)
class RequestQueueTest {

    private static final Path GOLDEN =
            Path.of(System.getProperty("pixelllm.root")).resolve("cartridges/golden.pxi");

    private static final int CAPACITY = 12;

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger checks = new AtomicInteger(); // two a batch
    private final CompletableFuture<String> ending = new CompletableFuture<>();
    private volatile @Nullable String change;
    private PixelLlm model;
    private RequestQueue queue;

    /** The queue's first batch stays where it is until the gate is opened. */
    @BeforeEach
    void open() throws IOException {
        model = PixelLlm.open(GOLDEN, new ExecutorChoice("reference", 1));
        queue = new RequestQueue(
                new CurrentModel(() -> model),
                CAPACITY,
                () -> {
                    checks.incrementAndGet();
                    entered.countDown();
                    try {
                        gate.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return change;
                },
                ending::complete);
    }

    @AfterEach
    void close() throws InterruptedException {
        gate.countDown();
        if (queue.end("the test is over", 5000)) {
            model.close();
        }
    }

    private static <T> Future<T> start(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread.ofVirtual().start(future);
        return future;
    }

    private static TokenImage tokens(int... ids) {
        return new TokenImage(ids);
    }

    private Answer ask(TokenImage tokens, int top) throws InterruptedException, PxiException {
        return queue.ask(tokens, "<input>", top).answer();
    }

    /** Asks for one token's answer, and waits until the queue has it. */
    private Future<Answer> enqueue(int id) throws InterruptedException {
        int before = queue.waiting();
        Future<Answer> answer = start(() -> ask(tokens(id), Row.LOGITS));
        while (queue.waiting() == before) {
            Thread.sleep(1);
        }
        return answer;
    }

    /** Holds the first request in the machine, and lets as many wait as may. */
    private List<Future<Answer>> fill() throws InterruptedException {
        List<Future<Answer>> answers = new ArrayList<>();
        answers.add(start(() -> ask(tokens(65), Row.LOGITS)));
        entered.await();
        for (int i = 0; i < CAPACITY; i++) {
            answers.add(enqueue(66 + i));
        }
        return answers;
    }

    private static Throwable failure(Future<?> answer) throws InterruptedException {
        try {
            answer.get();
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        }
        throw new AssertionError("answered");
    }

    @Test
    void everyThreadGetsTheAnswerThatItWouldGetAlone() throws Exception {
        gate.countDown();
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < CAPACITY; i++) {
            TokenImage tokens = tokens(64 + i, 80, 70 + i);
            int top = i % 2 == 0 ? Row.LOGITS : i;
            answers.add(start(() -> ask(tokens, top)));
        }
        for (int i = 0; i < CAPACITY; i++) {
            Answer alone = model.predict(tokens(64 + i, 80, 70 + i));
            Answer answer = answers.get(i).get();
            assertThat(answer.heatmap()).isEqualTo(alone.heatmap());
            if (i % 2 == 0) {
                assertThat(answer.logits()).isEqualTo(alone.logits());
            } else {
                assertThat(answer.prediction(i)).isEqualTo(alone.prediction(i));
            }
        }
        assertThat(queue.answered()).isEqualTo(CAPACITY);
    }

    @Test
    void aFullQueueRefusesAndThoseThatWaitAreAnsweredInOneBatch() throws Exception {
        List<Future<Answer>> answers = fill();
        assertThat(queue.waiting()).isEqualTo(CAPACITY);
        assertThat(queue.idleNanos()).isZero();
        assertThatThrownBy(() -> ask(tokens(65), 1))
                .isInstanceOfSatisfying(
                        QueueFullException.class, e -> assertThat(e.waiting()).isEqualTo(CAPACITY));
        gate.countDown();
        for (int i = 0; i <= CAPACITY; i++) {
            assertThat(answers.get(i).get().logits())
                    .isEqualTo(model.predict(tokens(65 + i)).logits());
        }
        assertThat(checks).hasValue(4);
    }

    /** As many tokens as a step has are enough for a batch; what waits after that is answered in the next one. */
    @Test
    void batchesAreFilledByTokens() throws Exception {
        List<Future<Answer>> answers = new ArrayList<>();
        answers.add(start(() -> ask(tokens(65), Row.LOGITS)));
        entered.await();
        int[] whole = new int[model.context()];
        int batch = Math.ceilDiv(Steps.MAX_TOKENS, whole.length);
        assertThat(batch).as("requests of a batch").isLessThan(CAPACITY);
        for (int i = 0; i <= batch; i++) {
            int waiting = queue.waiting();
            answers.add(start(() -> ask(tokens(whole), Row.LOGITS)));
            while (queue.waiting() == waiting) {
                Thread.sleep(1);
            }
        }
        gate.countDown();
        for (Future<Answer> each : answers) {
            each.get();
        }
        assertThat(checks).as("three batches").hasValue(6);
    }

    @Test
    void whatFailsIsTheErrorOfItsBatchAlone() throws Exception {
        gate.countDown();
        assertThatThrownBy(() -> ask(tokens(model.vocabulary()), 1))
                .isInstanceOf(ModelMismatchException.class)
                .hasMessageContaining("<input>");
        assertThat(ask(tokens(65), Row.LOGITS).logits())
                .isEqualTo(model.predict(tokens(65)).logits());
        assertThat(queue.answered()).isEqualTo(1);
    }

    @Test
    void endingRefusesWhatWaitsAndWhatComes() throws Exception {
        List<Future<Answer>> answers = fill();
        assertThat(queue.end("as asked", 1)).as("a batch still runs").isFalse();
        for (Future<Answer> each : answers) {
            assertThat(failure(each)).isInstanceOf(QueueEndedException.class).hasMessage("as asked");
        }
        assertThatThrownBy(() -> ask(tokens(65), 1)).isInstanceOf(QueueEndedException.class);
        gate.countDown();
        assertThat(queue.end("as asked", 5000)).isTrue();
    }

    @Test
    void endingGivesTheBatchThatIsBeingAnsweredAWhile() throws Exception {
        List<Future<Answer>> answers = fill();
        Future<Boolean> rests = start(() -> queue.end("as asked", 20_000));
        for (Future<Answer> each : answers.subList(1, answers.size())) {
            assertThat(failure(each)).hasMessage("as asked");
        }
        gate.countDown();
        assertThat(rests.get()).isTrue();
        assertThat(answers.getFirst().get().logits())
                .isEqualTo(model.predict(tokens(65)).logits());
    }

    @Test
    void nothingIsAnsweredOnceTheModelHasChanged() throws Exception {
        Future<Answer> answer = start(() -> ask(tokens(65), 1));
        entered.await();
        change = "model.pxi has changed";
        gate.countDown();
        assertThat(failure(answer)).isInstanceOf(QueueEndedException.class).hasMessage("model.pxi has changed");
        assertThat(ending.get(5, TimeUnit.SECONDS)).isEqualTo("model.pxi has changed");
        assertThat(queue.answered()).isZero();
    }

    /** One that waits behind the first batch, and whoever asked has gone before it is his turn. */
    @Test
    void whoHasGoneIsNotAnswered() throws Exception {
        Future<Answer> first = start(() -> ask(tokens(1), Row.LOGITS));
        entered.await();
        AtomicBoolean gone = new AtomicBoolean();
        Future<Answer> left = start(
                () -> queue.ask(tokens(2), "<input>", Row.LOGITS, gone::get).answer());
        Future<Answer> stays = start(() -> ask(tokens(3), Row.LOGITS));
        while (queue.waiting() < 2) {
            Thread.sleep(1);
        }
        gone.set(true);
        gate.countDown();
        assertThat(first.get().logits()).isEqualTo(model.predict(tokens(1)).logits());
        assertThat(stays.get().logits()).isEqualTo(model.predict(tokens(3)).logits());
        assertThatThrownBy(left::get).hasCauseInstanceOf(CancellationException.class);
        assertThat(queue.answered()).isEqualTo(2);
    }

    /** A prompt of many steps whose asker goes while it is read. */
    @Test
    void whoGoesWhileHisPromptIsReadIsNotAnsweredEither() throws Exception {
        gate.countDown();
        AtomicInteger asked = new AtomicInteger();
        assertThatThrownBy(
                        () -> queue.ask(tokens(new int[600]), "<input>", Row.LOGITS, () -> asked.incrementAndGet() > 1))
                .isInstanceOf(CancellationException.class);
        assertThat(queue.answered()).isZero();
        assertThat(ask(tokens(1), Row.LOGITS).logits())
                .isEqualTo(model.predict(tokens(1)).logits());
    }
}
