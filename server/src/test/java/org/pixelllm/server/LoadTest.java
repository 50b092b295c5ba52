package org.pixelllm.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.Sampling;
import org.pixelllm.server.answer.Desk;

/**
 * Many more clients than the service can bear: every answer is right, the others are told to come again, memory stays bounded. In its
 * long form for minutes, with a hundred thousand wrong requests.
 */
class LoadTest {

    private static final boolean LONG = Boolean.getBoolean("pixelllm.long");
    private static final int CLIENTS = 64;
    private static final long SECONDS = LONG ? 300 : 2;
    private static final int WRONG = LONG ? 100_000 : 600;

    private static final String[] TEXTS = {"This is the", "pxOS", "Once upon a ti", "T", "that painted the c"};

    /** So few that eight times as many clients are there. */
    private static final Desk.Limits NARROW = new Desk.Limits(CLIENTS / 8, 1 << 18, 1 << 14, 16, 2, 1 << 16, 16, 60);

    private static ServiceSettings narrow(ServiceSettings usual) {
        return new ServiceSettings(
                usual.host(),
                usual.port(),
                usual.token(),
                usual.allowedHosts(),
                usual.allowedOrigins(),
                usual.wires(),
                NARROW,
                usual.grace(),
                usual.page(),
                line -> {}, // a line for each of a million requests would be what grows
                usual.log());
    }

    private static long usedBytes() {
        Runtime.getRuntime().gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static Map<String, byte[]> right() throws IOException {
        Map<String, byte[]> right = new HashMap<>();
        try (PixelLlm model = PixelLlm.open(Running.GOLDEN, Running.CHOICE)) {
            for (String text : TEXTS) {
                Answer answer = model.predict(model.tokens(text));
                for (int top = 1; top <= 20; top++) { // more answers than are kept
                    right.put(
                            "/v1/predict?top=" + top + " " + text,
                            answer.prediction(top).toPng(model.provenance(answer)));
                }
                for (int seed = 1; seed <= 4; seed++) {
                    GenerationOptions options =
                            new GenerationOptions(new Sampling(0.8, 40, 0.95, 0, 1, seed), 20, null);
                    try (Generation generation = model.generate(model.tokens(text), options)) {
                        model.finish(List.of(generation));
                        right.put(
                                "/v1/generate?tokens=20&seed=" + seed + " " + text,
                                generation.image().toPng(generation.provenance()));
                    }
                }
            }
        }
        return right;
    }

    @Test
    @Timeout(600)
    void everyAnswerIsRightOrRefused() throws Exception {
        Map<String, byte[]> right = right();
        List<String> questions = List.copyOf(right.keySet());
        AtomicLong answered = new AtomicLong();
        AtomicLong refused = new AtomicLong();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        try (Running running = new Running(LoadTest::narrow)) {
            long before = usedBytes();
            long until = System.nanoTime() + SECONDS * 1_000_000_000L;
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int first = i * 31;
                clients.add(Thread.ofVirtual().start(() -> {
                    try {
                        for (int n = first; System.nanoTime() < until && failures.isEmpty(); n++) {
                            String question = questions.get(n % questions.size());
                            String[] words = question.split(" ", 2);
                            HttpResponse<byte[]> response = running.ask(words[0], words[1]);
                            switch (response.statusCode()) {
                                case 200 -> {
                                    assertThat(response.body()).isEqualTo(right.get(question));
                                    answered.incrementAndGet();
                                }
                                case 503 -> {
                                    assertThat(response.headers().firstValue("Retry-After"))
                                            .isPresent();
                                    refused.incrementAndGet();
                                }
                                default ->
                                    throw new AssertionError(response.statusCode() + " "
                                            + new String(response.body(), StandardCharsets.UTF_8));
                            }
                        }
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                }));
            }
            for (Thread each : clients) {
                each.join();
            }
            assertThat(failures).isEmpty();
            assertThat(answered).hasPositiveValue();
            assertThat(refused).hasPositiveValue();
            assertThat(running.figure("requests_in_progress")).isZero();
            assertThat(running.figure("tokens_in_progress")).isZero();
            assertThat(usedBytes() - before).isLessThan(64L << 20);
            assertThat(running.log).isEmpty();
        }
    }

    /** Wrong hosts, origins, types, sizes and forms, one after another on a few connections: the right status each, and no leak. */
    @Test
    @Timeout(600)
    void everyWrongRequestHasItsStatus() throws Exception {
        String head = " HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n";
        Map<String, Integer> wrong = new HashMap<>();
        wrong.put("GET /v1/models HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421);
        wrong.put("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n\r\n", 403);
        wrong.put("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n\r\n", 403);
        wrong.put("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n", 404);
        wrong.put("DELETE /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n", 405);
        wrong.put("POST /v1/predict" + head + "Accept: text/html\r\nContent-Length: 1\r\n\r\na", 406);
        wrong.put("POST /v1/predict" + head.replace("plain", "html") + "Content-Length: 1\r\n\r\na", 415);
        wrong.put("POST /v1/predict?top=x" + head + "Content-Length: 1\r\n\r\na", 400);
        wrong.put("POST /v1/predict" + head.replace("text/plain", "image/png") + "Content-Length: 1\r\n\r\na", 400);
        wrong.put("POST /v1/predict" + head + "Content-Length: 0\r\n\r\n", 422);
        wrong.put("POST /v1/predict" + head + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", 200);
        Map<String, Integer> last = new HashMap<>(); // after which the connection is closed
        last.put("POST /v1/predict" + head + "Content-Length: 99999999\r\n\r\n", 413);
        last.put("GET /v1/models HTTP/1.1\r\n\r\n", 400);
        last.put("nonsense\r\n\r\n", 400);
        try (Running running = new Running(LoadTest::narrow)) {
            long before = usedBytes();
            int sent = 0;
            while (sent < WRONG) {
                for (Map.Entry<String, Integer> end : last.entrySet()) {
                    try (Running.Raw raw = running.raw()) {
                        for (Map.Entry<String, Integer> each : wrong.entrySet()) {
                            assertThat(raw.send(each.getKey()).status())
                                    .as(each.getKey())
                                    .isEqualTo(each.getValue());
                            sent++;
                        }
                        assertThat(raw.send(end.getKey()).status())
                                .as(end.getKey())
                                .isEqualTo(end.getValue());
                        sent++;
                    }
                }
            }
            assertThat(running.figure("requests_in_progress")).isZero();
            while (running.figure("connections") > 1) { // the one that asks
                Thread.sleep(10);
            }
            assertThat(usedBytes() - before).isLessThan(32L << 20);
            assertThat(running.log).isEmpty();
        }
    }
}
