package org.pixelllm.engine.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.Sampling;
import org.pixelllm.protocol.images.SequenceImage;

/** Many speak at a time, each as it would alone; who goes away, or does not listen, stops only himself. */
@Timeout(60)
class GenerationQueueTest {

    private static final Path GOLDEN =
            Path.of(System.getProperty("pixelllm.root")).resolve("cartridges/golden.pxi");

    private static final String[] PROMPTS = {"T", "pxOS", "This is the", "that painted the c"};

    private PixelLlm model;
    private GenerationQueue queue;

    @BeforeEach
    void open() throws IOException {
        model = PixelLlm.open(GOLDEN, new ExecutorChoice("simd", 1));
        queue = new GenerationQueue(new CurrentModel(() -> model), 64);
    }

    @AfterEach
    void close() throws InterruptedException {
        queue.end("the test is over");
        model.close();
    }

    private static GenerationOptions options(int seed, int tokens) {
        return new GenerationOptions(new Sampling(1, 0, 1, 0, 1, seed), tokens, null);
    }

    private SequenceImage alone(String prompt, GenerationOptions options) throws IOException {
        try (Generation generation = model.generate(model.tokens(prompt), options)) {
            model.finish(List.of(generation));
            return generation.image();
        }
    }

    private FutureTask<SequenceImage> start(String prompt, GenerationOptions options, GenerationQueue.Listener listener)
            throws IOException {
        var tokens = model.tokens(prompt);
        FutureTask<SequenceImage> task = new FutureTask<>(() ->
                queue.generate(tokens, options, "x", () -> false, listener, (generation, used) -> generation.image()));
        Thread.ofVirtual().start(task);
        return task;
    }

    @Test
    void eachGetsTheTokensThatItWouldGetAlone() throws Exception {
        List<FutureTask<SequenceImage>> tasks = new ArrayList<>();
        List<SequenceImage> expected = new ArrayList<>();
        List<List<Integer>> heard = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            GenerationOptions options = options(i, 1 + i * 3);
            expected.add(alone(PROMPTS[i % PROMPTS.length], options));
            List<Integer> ids = new ArrayList<>();
            heard.add(ids);
            tasks.add(start(
                    PROMPTS[i % PROMPTS.length],
                    options,
                    spoken -> ids.add(spoken.prediction().id())));
        }
        for (int i = 0; i < tasks.size(); i++) {
            SequenceImage image = tasks.get(i).get();
            assertThat(image.tokens()).isEqualTo(expected.get(i).tokens());
            assertThat(heard.get(i))
                    .containsExactlyElementsOf(
                            image.tokens().stream().map(each -> each.id()).toList());
        }
    }

    @Test
    void whoGoesAwayStopsWithinAToken() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger heard = new AtomicInteger();
        FutureTask<SequenceImage> other = start("pxOS", options(1, 200), spoken -> {});
        assertThatThrownBy(() -> queue.generate(
                        model.tokens("T"),
                        options(2, 5000),
                        "x",
                        () -> asked.incrementAndGet() > 20,
                        spoken -> heard.incrementAndGet(),
                        (generation, used) -> generation))
                .isInstanceOf(CancellationException.class);
        assertThat(heard).hasValueBetween(1, 21);
        assertThat(other.get().tokens())
                .isEqualTo(alone("pxOS", options(1, 200)).tokens());
    }

    @Test
    void whoeverCannotListenStopsOnlyHimself() throws Exception {
        FutureTask<SequenceImage> other = start("pxOS", options(1, 100), spoken -> {});
        AtomicInteger heard = new AtomicInteger();
        assertThatThrownBy(() -> queue.generate(
                        model.tokens("T"),
                        options(2, 5000),
                        "x",
                        () -> false,
                        spoken -> {
                            if (heard.incrementAndGet() == 5) {
                                throw new IllegalArgumentException("a broken pipe");
                            }
                        },
                        (generation, used) -> generation))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(heard).hasValue(5);
        assertThat(other.get().tokens())
                .isEqualTo(alone("pxOS", options(1, 100)).tokens());
    }

    @Test
    void theEndIsToldToThoseWhoSpeakAndThoseWhoCome() throws Exception {
        AtomicInteger heard = new AtomicInteger();
        FutureTask<SequenceImage> speaking = start("T", options(2, 60_000), spoken -> heard.incrementAndGet());
        while (heard.get() < 3) {
            Thread.sleep(1);
        }
        queue.end("enough");
        assertThatThrownBy(speaking::get)
                .hasCauseInstanceOf(QueueEndedException.class)
                .hasMessageContaining("enough");
        FutureTask<SequenceImage> late = start("T", options(2, 3), spoken -> {});
        assertThatThrownBy(late::get).hasCauseInstanceOf(QueueEndedException.class);
    }
}
