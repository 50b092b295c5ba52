package org.pixelllm.webgpu;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Assumptions;

/** Serves a page that replays a recording with a browser's WebGPU, and takes what it answers. */
final class Replay implements AutoCloseable {

    /** For the start of the browser, all kernels' compilation and their run; seconds where nothing else runs. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private record Answer(String what, byte[] body) {
        String words() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final Recording recording;
    private final HttpServer server;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private volatile boolean isLoaded;

    private Replay(Recording recording) throws IOException {
        this.recording = recording;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** The bytes of all sessions' outputs, one after the other. */
    static byte[] run(Recording recording, java.nio.file.Path browser) throws IOException, InterruptedException {
        try (Replay replay = new Replay(recording);
                Chromium chromium = Chromium.open(browser, replay.page())) {
            return replay.await(chromium);
        }
    }

    /** Of this machine alone, which browsers trust as they do https: without, there is no WebGPU. */
    private URI page() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
    }

    private byte[] await(Chromium chromium) throws InterruptedException, IOException {
        try {
            CompletableFuture.anyOf(answer, chromium.ended()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(
                    "the page gave no answer within " + PATIENCE.toSeconds() + " s. " + chromium.lastWords(), e);
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
        if (!answer.isDone()) {
            if (!isLoaded) {
                Assumptions.abort("skipped: the browser ended before it opened the page. " + chromium.lastWords());
            }
            throw new AssertionError("the browser ended before the page's answer. " + chromium.lastWords());
        }
        Answer given = answer.join();
        return switch (given.what) {
            case "/outputs" -> given.body;
            case "/none" -> Assumptions.abort("skipped: the browser offers " + given.words());
            default -> throw new AssertionError("the page: " + given.words());
        };
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (exchange.getRequestMethod().equals("POST")) {
                answer.complete(new Answer(path, exchange.getRequestBody().readAllBytes()));
                exchange.sendResponseHeaders(204, -1);
            } else if (path.equals("/")) {
                isLoaded = true;
                give(exchange, "text/html", page("replay.html"));
            } else if (path.equals("/plan")) {
                give(exchange, "application/json", recording.plan().getBytes(StandardCharsets.UTF_8));
            } else if (path.equals("/bytes")) {
                give(exchange, "application/octet-stream", recording.bytes());
            } else if (path.startsWith("/kernel/")) {
                String kernel = recording.kernels().get(Integer.parseInt(path.substring("/kernel/".length())));
                give(exchange, "text/plain", kernel.getBytes(StandardCharsets.UTF_8));
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private static byte[] page(String name) throws IOException {
        try (InputStream from = Replay.class.getResourceAsStream(name)) {
            if (from == null) {
                throw new IllegalStateException("no " + name);
            }
            return from.readAllBytes();
        }
    }

    private static void give(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
