package org.pixelllm.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pixelllm.server.answer.Desk;
import org.pixelllm.server.wire.WireLimits;

/** Connections that are slow, endless, half open or given up, and a house that is full. */
@Timeout(60)
class WiresTest {

    private static final WireLimits QUICK = new WireLimits(
            64,
            Duration.ofMillis(400),
            Duration.ofMillis(600),
            Duration.ofMillis(800),
            Duration.ofMillis(600),
            8 << 10,
            64 << 10);

    private static ServiceSettings with(ServiceSettings usual, WireLimits wires, Desk.Limits desk) {
        return new ServiceSettings(
                usual.host(),
                usual.port(),
                usual.token(),
                usual.allowedHosts(),
                usual.allowedOrigins(),
                wires,
                desk,
                usual.grace(),
                usual.page(),
                usual.accessLog(),
                usual.log());
    }

    private static Running quick() throws IOException {
        return new Running(usual -> with(usual, QUICK, usual.desk()));
    }

    private static void until(BooleanSupplier reached) throws InterruptedException {
        while (!reached.getAsBoolean()) {
            Thread.sleep(10);
        }
    }

    @Test
    void headersThatComeSlowlyEndIn408() throws Exception {
        try (Running running = quick();
                Running.Raw raw = running.raw()) {
            raw.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n");
            Thread slow = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 100; i++) {
                        raw.send("X-" + i + ": 1\r\n");
                        Thread.sleep(50);
                    }
                } catch (IOException | InterruptedException e) {
                    // closed, as it should be
                }
            });
            long start = System.nanoTime();
            assertThat(raw.status()).isEqualTo(408);
            assertThat(System.nanoTime() - start).isLessThan(3_000_000_000L);
            slow.join();
        }
    }

    @Test
    void aBodyThatComesSlowlyEndsIn408() throws Exception {
        try (Running running = quick();
                Running.Raw raw = running.raw()) {
            raw.send(
                    "POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nabc");
            assertThat(raw.status()).isEqualTo(408);
            assertThat(raw.status()).isZero();
        }
    }

    @Test
    void whoSaysNothingIsLetGo() throws Exception {
        try (Running running = quick();
                Running.Raw silent = running.raw();
                Running.Raw idle = running.raw()) {
            assertThat(idle.get("/livez", "Host: localhost").status()).isEqualTo(200);
            assertThat(silent.status()).isZero();
            assertThat(idle.status()).isZero();
            assertThat(running.figure("connections_timed_out_total")).isEqualTo(2);
        }
    }

    @Test
    void whatIsTooLongIsRefusedWithoutBeingRead() throws Exception {
        try (Running running = quick()) {
            String head = "POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n";
            try (Running.Raw raw = running.raw()) {
                assertThat(raw.send(head + "Content-Length: 999999999999\r\n\r\n")
                                .status())
                        .isEqualTo(413);
            }
            try (Running.Raw raw = running.raw()) { // six bytes a chunk
                raw.send(head + "Transfer-Encoding: chunked\r\n\r\n");
                Thread sender = Thread.ofVirtual().start(() -> {
                    try {
                        for (int i = 0; i < 3_000_000 / 6 / 100; i++) {
                            raw.send("6\r\nabcdef\r\n".repeat(100));
                        }
                    } catch (IOException e) {
                        // closed, as it should be
                    }
                });
                assertThat(raw.status()).isEqualTo(413);
                raw.socket.close();
                sender.join();
            }
            try (Running.Raw raw = running.raw()) { // a size that never ends
                raw.send(head + "Transfer-Encoding: chunked\r\n\r\n");
                Thread sender = Thread.ofVirtual().start(() -> {
                    try {
                        for (int i = 0; i < 1000; i++) {
                            raw.send("0".repeat(1000));
                        }
                    } catch (IOException e) {
                        // closed, as it should be
                    }
                });
                assertThat(raw.status()).isEqualTo(413);
                raw.socket.close();
                sender.join();
            }
            try (Running.Raw raw = running.raw()) {
                assertThat(raw.get("/livez", "Host: localhost", "X: " + "x".repeat(9000))
                                .status())
                        .isIn(400, 413, 431);
            }
            try (Running.Raw raw = running.raw()) {
                assertThat(raw.send("nonsense\r\n\r\n").status()).isEqualTo(400);
            }
            assertThat(running.get("/livez").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void bytesThatAreNoChunksEndIn400() throws Exception {
        try (Running running = quick();
                Running.Raw raw = running.raw()) {
            raw.send(
                    "POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
            assertThat(raw.status()).as("%s", running.log).isEqualTo(400);
        }
    }

    @Test
    void aBodyMayBeAnnounced() throws Exception {
        try (Running running = quick();
                Running.Raw raw = running.raw()) {
            raw.send(
                    "POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            assertThat(raw.status()).isEqualTo(100);
            assertThat(raw.send("abc").status()).isEqualTo(200);
            raw.send(
                    "POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
            assertThat(raw.status()).isEqualTo(413);
        }
    }

    @Test
    void whoDoesNotReadIsLetGo() throws Exception {
        try (Running running = new Running(
                        usual -> with(usual, QUICK, usual.desk()), Running.ROOT.resolve("cartridges/default.pxi"));
                Running.Raw raw = running.raw()) {
            raw.socket.setReceiveBufferSize(1024);
            for (int i = 0; i < 8; i++) { // more than all buffers between
                raw.get("/default.pxi", "Host: localhost");
            }
            until(() -> {
                try {
                    return running.figure("connections_timed_out_total") == 1;
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    /** A long generation whose client leaves, one way or another, stops at once. */
    @Test
    void whoGoesAwayIsNotAnswered() throws Exception {
        try (Running running = new Running()) {
            String request =
                    "POST /v1/generate?tokens=16384&temperature=1&top-k=0&top-p=1 HTTP/1.1\r\nHost: localhost\r\n%sContent-Type: text/plain\r\nContent-Length: 1\r\n\r\na";
            for (String accept : List.of("", "Accept: text/event-stream\r\n")) {
                for (boolean reset : new boolean[] {false, true}) {
                    long before = running.figure("requests_abandoned_total");
                    try (Running.Raw raw = running.raw()) {
                        raw.send(request.formatted(accept));
                        until(() -> figure(running, "requests_in_progress") == 1);
                        if (reset) {
                            raw.socket.setSoLinger(true, 0);
                        }
                    }
                    until(() -> figure(running, "requests_in_progress") == 0);
                    assertThat(running.figure("requests_abandoned_total")).isGreaterThanOrEqualTo(before);
                }
            }
            assertThat(running.figure("tokens_written_total")).isLessThan(4 * 16384L);
            assertThat(running.figure("answers_total")).isZero();
            assertThat(running.log).isEmpty();
        }
    }

    private static long figure(Running running, String name) {
        try {
            return running.figure(name);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFullHouseSaysWhenToComeAgain() throws Exception {
        Desk.Limits two = new Desk.Limits(2, 1 << 18, 1 << 14, 4, 1, 1 << 20, 2, 60);
        try (Running running = new Running(usual -> with(usual, usual.wires(), two))) {
            List<Running.Raw> busy = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                busy.add(
                        running.raw()
                                .send(
                                        "POST /v1/generate?tokens=16384&temperature=1&top-k=0&top-p=1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\na"));
            }
            until(() -> figure(running, "requests_in_progress") == 2);
            var refused = running.ask("/v1/predict", "a");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(Integer.parseInt(
                            refused.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(1, 60);
            for (Running.Raw each : busy) {
                each.close();
            }
            until(() -> figure(running, "requests_in_progress") == 0);
            assertThat(running.ask("/v1/predict", "a").statusCode()).isEqualTo(200);
            for (int expected : new int[] {201, 201, 503}) {
                assertThat(running.ask("/v1/streams", "a").statusCode()).isEqualTo(expected);
            }
        }
        Desk.Limits tokens = new Desk.Limits(100, 1000, 900, 4, 1, 1 << 20, 2, 60);
        try (Running running = new Running(usual -> with(usual, usual.wires(), tokens))) {
            assertThat(running.ask("/v1/generate?tokens=901", "a").statusCode()).isEqualTo(400);
            Thread more = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        running.ask("/v1/generate?tokens=900&temperature=1&top-k=0&top-p=1", "a");
                    }
                } catch (IOException | InterruptedException e) {
                    // the test is over
                }
            });
            until(() -> figure(running, "tokens_in_progress") > 500);
            int found = 0;
            while (found != 503) {
                found = running.ask("/v1/generate?tokens=200", "a").statusCode();
                assertThat(found).isIn(200, 503);
            }
            more.interrupt();
            more.join();
        }
    }

    @Test
    void theEndFinishesWhatHasBegun() throws Exception {
        Running running = new Running();
        try (Running.Raw raw = running.raw()) {
            raw.send(
                    "POST /v1/generate?tokens=2000&temperature=1&top-k=0&top-p=1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\na");
            until(() -> figure(running, "requests_in_progress") == 1);
            Thread end = Thread.ofVirtual().start(() -> {
                try {
                    running.service.drain();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            until(() -> status(running, "/readyz") == 503);
            assertThat(running.ask("/v1/predict", "a").statusCode()).isEqualTo(503);
            assertThat(raw.status()).isEqualTo(200);
            end.join();
        } finally {
            running.close();
        }
        assertThat(running.log).isEmpty();
    }

    private static int status(Running running, String path) {
        try {
            return running.get(path).statusCode();
        } catch (SocketException e) {
            return 0;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
