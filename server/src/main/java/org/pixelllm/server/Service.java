package org.pixelllm.server;

import io.helidon.http.DirectHandler;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.fault.Shown;
import org.pixelllm.server.answer.Desk;
import org.pixelllm.server.answer.Served;
import org.pixelllm.server.http.Exchange;
import org.pixelllm.server.http.Gate;
import org.pixelllm.server.http.Json;
import org.pixelllm.server.http.Parameters;
import org.pixelllm.server.http.Problem;
import org.pixelllm.server.wire.Wire;
import org.pixelllm.server.wire.WireEvents;
import org.pixelllm.server.wire.Wires;

/** The running service. */
public final class Service implements AutoCloseable {

    private static final String OPENAPI = "/openapi.json";
    private static final String METRICS = "/metrics";
    private static final String LIVE = "/livez";
    private static final String READY = "/readyz";
    private static final String MODELS = "/v1/models";
    private static final String CARTRIDGES = "/cartridges/";
    private static final String CARTRIDGE_ENDING = ".pxi";

    /** What the page opens by itself. */
    private static final String DEFAULT_CARTRIDGE = "/default.pxi";

    private static final Set<String> PATHS = Set.of(OPENAPI, METRICS, LIVE, READY, MODELS, DEFAULT_CARTRIDGE);

    /** Held, or its level would be forgotten. What Helidon tells at its start is for its own makers. */
    private static final Logger HELIDON = Logger.getLogger("io.helidon");

    static {
        HELIDON.setLevel(Level.WARNING);
    }

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
                    + " connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final ServiceSettings settings;
    private final List<Served> models;
    private final Gate gate;
    private final Desk desk;
    private final Metrics metrics = new Metrics();
    private final Wires wires;
    private final WebServer server;
    private volatile boolean ending; // takes nothing more
    private volatile boolean ended; // stops what is computed

    private Service(ServiceSettings settings, List<Served> models) {
        this.settings = settings;
        this.models = List.copyOf(models);
        this.gate = new Gate(settings.host(), settings.allowedHosts(), settings.allowedOrigins(), settings.token());
        this.desk = new Desk(models, settings.desk(), () -> ended);
        this.wires = new Wires(settings.wires(), new WireEvents() {
            @Override
            public void refused(int status) {
                metrics.count(status);
            }

            @Override
            public void timedOut() {
                metrics.timedOut();
            }
        });
        this.server = WebServer.builder()
                .bindAddress(new InetSocketAddress(settings.host(), settings.port()))
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .concurrencyLimitDiscoverServices(false)
                .addConnectionSelector(wires)
                .maxTcpConnections(settings.wires().connections())
                .maxPayloadSize(settings.wires().bodyBytes())
                .shutdownGracePeriod(Duration.ofSeconds(1))
                .idleConnectionTimeout(settings.wires().idle().multipliedBy(2)) // ours is looked after by the watch
                .writeBufferSize(16 << 10)
                .directHandlers(directHandlers())
                .routing(routing -> routing.any(this::handle))
                .build();
    }

    /**
     * Starts it.
     *
     * @param models that are served, the usual one first; they end with the service
     * @throws IOException where the address cannot be listened on
     */
    public static Service start(ServiceSettings settings, List<Served> models) throws IOException {
        Service service = new Service(settings, models);
        try {
            service.server.start();
        } catch (RuntimeException e) {
            service.wires.close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "Port " + settings.port() + " of " + settings.host() + " cannot be listened on: "
                            + cause.getMessage(),
                    e);
        }
        return service;
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /** From now on it is not ready, finishes what it has begun, and refuses what comes. */
    public void drain() throws InterruptedException {
        ending = true;
        long until = System.nanoTime() + settings.grace().toNanos();
        while (desk.inProgress() > 0 && System.nanoTime() < until) {
            Thread.sleep(20);
        }
    }

    /** Ends: {@link #drain} first, if what has begun should be finished. */
    @Override
    public void close() {
        ending = true;
        ended = true;
        server.stop();
        wires.close();
        for (Served each : models) {
            try {
                each.end("the service ends");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What is refused before it comes to a handler says so in the same form. */
    private DirectHandlers directHandlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (EventType type : EventType.values()) {
            handlers.addHandler(type, (request, event, status, headers, message) -> {
                Wire.current().linger();
                metrics.count(status.code());
                return DirectHandler.TransportResponse.builder()
                        .status(Status.create(status.code(), Problem.title(status.code())))
                        .headers(headers)
                        .header(HeaderNames.CONTENT_TYPE, Problem.TYPE)
                        .keepAlive(false)
                        .entity(Problem.json(status.code(), direct(status.code())))
                        .build();
            });
        }
        return handlers.build();
    }

    private String direct(int status) {
        return switch (status) {
            case 413 -> Exchange.tooLarge(settings.wires().bodyBytes());
            case 500 -> "The service has failed; its log says why.";
            default -> "The request is not HTTP/1.1 as it should be.";
        };
    }

    private void handle(ServerRequest request, ServerResponse response) {
        long start = System.nanoTime();
        Wire wire = Wire.current();
        Exchange exchange =
                new Exchange(request, response, wire, settings.wires().bodyBytes());
        exchange.set("X-Content-Type-Options", "nosniff");
        exchange.set("Content-Security-Policy", POLICY);
        exchange.set("Referrer-Policy", "no-referrer");
        exchange.set("Cross-Origin-Resource-Policy", "same-origin");
        try {
            try {
                route(exchange);
            } catch (Problem e) {
                refuse(exchange, e);
            } catch (IOException | RuntimeException e) {
                if (wire.isGone() || exchange.isBegun()) {
                    wire.close(); // a response that breaks off must not look whole
                } else {
                    settings.log().accept("a request failed: " + e);
                    refuse(exchange, new Problem(500, "The service has failed; its log says why."));
                }
            }
        } finally {
            wire.answered();
            metrics.count(exchange.status() == 0 ? 499 : exchange.status());
            metrics.took(System.nanoTime() - start);
            settings.accessLog().accept(line(exchange, start));
        }
        if (wire.isGone()) {
            throw new CloseConnectionException("nobody is there any more");
        }
    }

    private static void refuse(Exchange exchange, Problem problem) {
        if (exchange.isBegun() || exchange.wire().isGone()) {
            exchange.wire().close();
        } else {
            exchange.send(problem);
        }
    }

    /** No text and no query: only what was asked for, and what became of it. */
    private static String line(Exchange exchange, long start) {
        String known = exchange.status() == 404 ? "(unknown)" : Shown.word(shortened(exchange.path()));
        return "%s %s %s %d %d bytes %d ms"
                .formatted(
                        Instant.now().truncatedTo(ChronoUnit.MILLIS),
                        exchange.method(),
                        known,
                        exchange.status() == 0 ? 499 : exchange.status(),
                        exchange.bytesSent(),
                        (System.nanoTime() - start) / 1_000_000);
    }

    /** A stream's address is a secret while it can be fetched. */
    private static String shortened(String path) {
        return Desk.isSecret(path) ? "/v1/streams/…" : path;
    }

    private void route(Exchange exchange) throws IOException {
        String path = exchange.path();
        boolean page = isPage(path);
        gate.requireOurs(exchange, page);
        if (gate.answersPreflight(exchange)) {
            return;
        }
        if (!page && !path.equals(LIVE) && !path.equals(READY) && !Desk.isSecret(path)) {
            gate.requireToken(exchange);
        }
        if (Desk.knows(path)) {
            if (ending) {
                throw new Problem(503, "This service is ending. Ask another one.")
                        .with("Retry-After", "5")
                        .with("Connection", "close");
            }
            desk.answer(exchange);
            return;
        }
        if (!page && !path.startsWith(CARTRIDGES) && !PATHS.contains(path)) {
            throw new Problem(404, "There is nothing here. GET " + OPENAPI + " tells what there is.");
        }
        Desk.requireMethod(exchange, "GET", "HEAD");
        if (path.startsWith(CARTRIDGES) || path.equals(DEFAULT_CARTRIDGE)) {
            cartridge(exchange, path);
            return;
        }
        if (page) {
            page(exchange, path);
            return;
        }
        new Parameters(exchange.query()).requireNoOthers();
        switch (path) {
            case LIVE -> exchange.send(200, "text/plain", "live\n".getBytes(StandardCharsets.US_ASCII));
            case READY -> {
                if (ending || !models.stream().allMatch(Served::isReady)) {
                    throw new Problem(503, "not ready");
                }
                exchange.send(200, "text/plain", "ready\n".getBytes(StandardCharsets.US_ASCII));
            }
            case METRICS ->
                exchange.send(
                        200, "text/plain; version=0.0.4; charset=utf-8", metrics.text(desk.figures(), wires.count()));
            case OPENAPI -> exchange.send(200, "application/json", openApi());
            case MODELS -> exchange.send(200, "application/json", Json.bytes(Map.of("models", described())));
            default -> throw new IllegalStateException(path);
        }
    }

    private static byte[] openApi() throws IOException {
        try (var in = Service.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is missing from this build");
            }
            return in.readAllBytes();
        }
    }

    private List<Map<String, Object>> described() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Served each : models) {
            PixelLlm model = each.model();
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", each.name());
            one.put("cartridge", "sha256:" + model.cartridge().digest());
            one.put("file", CARTRIDGES + each.name() + CARTRIDGE_ENDING);
            one.put("bytes", model.cartridge().fileBytes());
            one.put("vocabulary", model.vocabulary());
            one.put("context", model.context());
            one.put("image_version", model.version().number());
            one.put("has_tokenizer", model.cartridge().hasTokenizer());
            one.put("arithmetic", model.provenance().get("Executor"));
            all.add(one);
        }
        return all;
    }

    private boolean isPage(String path) {
        return settings.page().file(pageFile(path)) != null;
    }

    private static String pageFile(String path) {
        return path.equals("/") ? "index.html" : path.substring(1);
    }

    private void page(Exchange exchange, String path) {
        byte[] file = settings.page().file(pageFile(path));
        String name = pageFile(path);
        String type = name.endsWith(".html")
                ? "text/html; charset=utf-8"
                : name.endsWith(".js")
                        ? "text/javascript; charset=utf-8"
                        : name.endsWith(".css") ? "text/css; charset=utf-8" : "application/octet-stream";
        exchange.set("Cache-Control", "no-cache");
        exchange.send(200, type, file == null ? new byte[0] : file);
    }

    /** A model as the page reads it: the file that was opened, and no other. */
    private void cartridge(Exchange exchange, String path) throws IOException {
        new Parameters(exchange.query()).requireNoOthers();
        Served served = path.equals(DEFAULT_CARTRIDGE)
                ? models.getFirst()
                : models.stream()
                        .filter(each -> path.equals(CARTRIDGES + each.name() + CARTRIDGE_ENDING))
                        .findFirst()
                        .orElseThrow(() -> new Problem(
                                404, "There is no such model here. GET " + MODELS + " names those that are."));
        PixelLlm model = served.model();
        String tag = "\"" + model.cartridge().digest() + "\"";
        exchange.set("ETag", tag);
        exchange.set("Cache-Control", "private, no-cache");
        if (exchange.headers("If-None-Match").contains(tag)) {
            exchange.send(304, null, new byte[0]);
            return;
        }
        long length = model.cartridge().fileBytes();
        if (exchange.method().equals("HEAD")) {
            exchange.set("Content-Length", String.valueOf(length));
            exchange.send(200, "image/png", new byte[0]);
            return;
        }
        try (FileChannel file = FileChannel.open(model.cartridge().path(), StandardOpenOption.READ)) {
            model.cartridge().requireUnchanged();
            if (file.size() != length) {
                throw new Problem(503, "The model is being replaced. Try again later.").with("Retry-After", "5");
            }
            try (OutputStream out = exchange.stream("image/png", length)) {
                Channels.newInputStream(file).transferTo(out);
            }
        }
    }
}
