package org.pixelllm.server.answer;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.look.NotInModelException;
import org.pixelllm.engine.serve.GenerationQueue.Spoken;
import org.pixelllm.engine.serve.QueueEndedException;
import org.pixelllm.engine.serve.QueueFullException;
import org.pixelllm.engine.text.ModelFaultException;
import org.pixelllm.protocol.fault.ChangedFileException;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.server.http.Accepts;
import org.pixelllm.server.http.Exchange;
import org.pixelllm.server.http.Json;
import org.pixelllm.server.http.Parameters;
import org.pixelllm.server.http.Problem;
import org.pixelllm.server.http.Shape;

/** Takes questions and gives answers. */
public final class Desk {

    private static final String ANSWERS = "/v1/answers/";
    private static final String STREAMS = "/v1/streams/";
    private static final String STREAM_PART = "pixels";
    private static final int STREAM_ID_BYTES = 16;

    private final List<Served> models;
    private final Limits limits;
    private final Tasks tasks;
    private final Admission admission;
    private final Semaphore bodies;
    private final Kept kept;
    private final Map<String, Ticket> tickets = new LinkedHashMap<>(); // by the stream's id
    private final SecureRandom random = new SecureRandom();
    private final BooleanSupplier ending;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong abandoned = new AtomicLong();
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong written = new AtomicLong();

    /**
     * How much may be asked for at a time.
     *
     * @param requests that wait or are answered
     * @param tokens that these read and write together
     * @param maxTokens the most that one request may generate
     * @param bodies that are read at a time
     * @param looks that are answered at a time
     * @param keptBytes of answers that are kept
     * @param streams that wait to be fetched
     * @param streamSeconds for which they wait
     */
    public record Limits(
            int requests,
            int tokens,
            int maxTokens,
            int bodies,
            int looks,
            long keptBytes,
            int streams,
            int streamSeconds) {

        /** What suits most. */
        public static final Limits USUAL = new Limits(256, 1 << 18, 1 << 14, 64, 2, 64L << 20, 64, 60);
    }

    /** A stream that was asked for, and has not been fetched. */
    private record Ticket(Served model, TokenImage tokens, Task task, String digest, long until) {}

    /**
     * A desk.
     *
     * @param models that are served, the usual one first
     * @param ending says true once the service ends; then all that is computed stops
     */
    public Desk(List<Served> models, Limits limits, BooleanSupplier ending) {
        this.models = List.copyOf(models);
        this.limits = limits;
        this.tasks = new Tasks(limits.looks(), limits.maxTokens());
        this.admission = new Admission(limits.requests(), limits.tokens());
        this.bodies = new Semaphore(limits.bodies());
        this.kept = new Kept(limits.keptBytes());
        this.ending = ending;
    }

    /** What there is to measure, by name. */
    public Map<String, Long> figures() {
        Map<String, Long> figures = new LinkedHashMap<>();
        figures.put("requests_in_progress", (long) admission.requests());
        figures.put("tokens_in_progress", admission.tokens());
        figures.put(
                "requests_waiting", models.stream().mapToLong(Served::waiting).sum());
        figures.put("answers_kept", (long) kept.count());
        figures.put("answers_total", answered.get());
        figures.put("requests_abandoned_total", abandoned.get());
        figures.put("requests_refused_full_total", admission.refused());
        figures.put("tokens_read_total", read.get());
        figures.put("tokens_written_total", written.get());
        return figures;
    }

    /** How many requests are being answered. */
    public int inProgress() {
        return admission.requests();
    }

    /** Whether a path is one that this answers. */
    public static boolean knows(String path) {
        return path.startsWith(ANSWERS) || path.startsWith(STREAMS) || Shape.isQuestion(path);
    }

    /** Whether the path itself is the secret by which it may be asked for: an image element sends no token. */
    public static boolean isSecret(String path) {
        return path.startsWith(STREAMS) && path.length() == STREAMS.length() + 2 * STREAM_ID_BYTES;
    }

    /** Answers a request whose path this knows. */
    public void answer(Exchange exchange) throws IOException {
        String path = exchange.path();
        if (path.startsWith(ANSWERS)) {
            requireMethod(exchange, "GET", "HEAD");
            fetch(exchange, path.substring(ANSWERS.length()));
        } else if (path.startsWith(STREAMS)) {
            requireMethod(exchange, "GET");
            stream(exchange, path.substring(STREAMS.length()));
        } else {
            requireMethod(exchange, "POST");
            ask(exchange, path);
        }
    }

    /** Refuses other methods. */
    public static void requireMethod(Exchange exchange, String... allowed) {
        if (!List.of(allowed).contains(exchange.method())) {
            String all = String.join(", ", allowed);
            throw new Problem(405, exchange.path() + ": expected " + all + ".").with("Allow", all);
        }
    }

    private Served model(Parameters given) {
        String name = given.text("model");
        if (name == null) {
            return models.getFirst();
        }
        return models.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        404,
                        "model: expected "
                                + String.join(
                                        ", ", models.stream().map(Served::name).toList()) + ", found another."));
    }

    private void ask(Exchange exchange, String path) throws IOException {
        Parameters given = new Parameters(exchange.query());
        Served served = model(given);
        PixelLlm model = served.model();
        boolean forStream = path.equals(Shape.STREAMS);
        Task task = tasks.of(forStream ? "/v1/generate" : path, model, given);
        if (task == null) {
            throw new Problem(404, path + ": there is nothing here. GET /openapi.json tells what there is.");
        }
        given.requireNoOthers();
        boolean isText = Question.isText(exchange.header("Content-Type"));
        String form = forStream ? Body.EVENTS : Accepts.best(exchange.headers("Accept"), task.forms());
        byte[] body = body(exchange);
        try {
            TokenImage tokens = Question.read(body, isText, model);
            boolean images = form.equals(Body.EVENTS); // the answer that stays is the image of what was said
            String digest = digest(model, task, tokens, images ? Body.PNG : form);
            if (forStream) {
                handOut(exchange, new Ticket(served, tokens, task, digest, expiry()));
                return;
            }
            String tag = "\"" + digest + "\"";
            if (isNamed(exchange.headers("If-None-Match"), tag)) {
                throw new Problem(412, "If-None-Match: the answer would be the one that is named.").with("ETag", tag);
            }
            Body answer = images ? null : kept.get(digest);
            if (answer == null) {
                answer = compute(exchange, served, tokens, task, form, digest, images);
            }
            if (!images) {
                describe(exchange, digest);
                exchange.send(200, answer.type(), answer.bytes());
            }
        } catch (PxiException e) {
            throw problem(e);
        }
    }

    private byte[] body(Exchange exchange) {
        exchange.requireBodyFits();
        if (!bodies.tryAcquire()) {
            throw new Problem(
                            503, limits.bodies() + " requests are being read, which is all that fits. Try again later.")
                    .with("Retry-After", "1");
        }
        try {
            return exchange.body();
        } finally {
            bodies.release();
        }
    }

    private static String digest(PixelLlm model, Task task, TokenImage tokens, String form) {
        Map<String, String> origin = model.provenance(); // cartridge, program, arithmetic
        Digest digest = new Digest();
        origin.forEach((key, value) -> digest.add(key).add(value));
        return digest.add(String.valueOf(model.context()))
                .add(task.options())
                .add(form)
                .add(String.valueOf(tokens.version().number()))
                .add(tokens.ids())
                .hex();
    }

    private static void describe(Exchange exchange, String digest) {
        exchange.set("ETag", "\"" + digest + "\"");
        exchange.set("Content-Location", ANSWERS + digest);
        exchange.set("Cache-Control", "private, no-cache");
        exchange.set("Vary", "Accept, Origin");
    }

    private static boolean isNamed(String header, String tag) {
        for (String each : header.split(",", -1)) {
            String word = each.strip();
            if (word.equals("*") || word.equals(tag) || word.equals("W/" + tag)) {
                return !header.isBlank();
            }
        }
        return false;
    }

    /** Computes an answer and keeps it; tokens are sent as they come, where that was asked for. */
    private Body compute(
            Exchange exchange,
            Served served,
            TokenImage tokens,
            Task task,
            String form,
            String digest,
            boolean asEvents)
            throws PxiException {
        long reads = Math.min(tokens.count(), served.model().context());
        try (Admission.Place _ = admission.enter(reads + task.writes())) {
            exchange.wire().listen();
            BooleanSupplier gone = () -> exchange.wire().isGone() || ending.getAsBoolean();
            Events events = asEvents ? new Events(exchange, digest) : null;
            try {
                Body answer = task.work().compute(served, tokens, asEvents ? Body.PNG : form, gone, spoken -> {
                    written.incrementAndGet();
                    if (events != null) {
                        events.token(spoken);
                    }
                });
                kept.put(digest, answer);
                answered.incrementAndGet();
                read.addAndGet(reads);
                if (events != null) {
                    events.end();
                }
                return answer;
            } catch (PxiException | RuntimeException | NotInModelException | InterruptedException e) {
                Problem problem = problem(e);
                if (events != null && events.isBegun()) {
                    events.fail(problem);
                    return new Body(Body.EVENTS, new byte[0]);
                }
                throw problem;
            }
        }
    }

    /** Tokens as server-sent events. */
    private static final class Events {

        private final Exchange exchange;
        private final String digest;
        private @Nullable OutputStream out;
        private int count;

        Events(Exchange exchange, String digest) {
            this.exchange = exchange;
            this.digest = digest;
        }

        boolean isBegun() {
            return out != null;
        }

        void token(Spoken spoken) {
            count++;
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("id", spoken.prediction().id());
            data.put("probability", spoken.prediction().probability());
            data.put("text", spoken.text());
            write("token", data);
        }

        void end() {
            write("end", Map.of("tokens", count, "location", ANSWERS + digest));
            close();
        }

        void fail(Problem problem) {
            write("problem", Map.of("status", problem.status(), "detail", String.valueOf(problem.getMessage())));
            close();
        }

        private void write(String event, Map<String, Object> data) {
            try {
                OutputStream to = out;
                if (to == null) {
                    describe(exchange, digest);
                    to = exchange.stream(Body.EVENTS);
                    out = to;
                }
                String text = "event: " + event + "\ndata: " + Json.line(data) + "\n\n";
                to.write(text.getBytes(StandardCharsets.UTF_8));
                to.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void close() {
            try {
                if (out != null) {
                    out.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void fetch(Exchange exchange, String digest) {
        new Parameters(exchange.query()).requireNoOthers();
        Body answer = kept.get(digest);
        if (answer == null) {
            throw new Problem(404, "There is no such answer, or it is not kept any more. Ask again.");
        }
        String tag = "\"" + digest + "\"";
        exchange.set("ETag", tag);
        exchange.set("Cache-Control", "private, max-age=31536000, immutable");
        if (isNamed(exchange.headers("If-None-Match"), tag)) {
            exchange.send(304, null, new byte[0]);
        } else {
            exchange.send(200, answer.type(), answer.bytes());
        }
    }

    private long expiry() {
        return System.nanoTime() + limits.streamSeconds() * 1_000_000_000L;
    }

    /** Gives a stream an address, by which it can be fetched once, within a minute. */
    private void handOut(Exchange exchange, Ticket ticket) throws PxiException {
        ticket.tokens().requireVersion(ticket.model().model().vocabulary(), Question.NAME);
        byte[] id = new byte[STREAM_ID_BYTES];
        random.nextBytes(id);
        String name = HexFormat.of().formatHex(id);
        synchronized (tickets) {
            long now = System.nanoTime();
            Iterator<Ticket> oldest = tickets.values().iterator();
            while (oldest.hasNext() && oldest.next().until() - now < 0) {
                oldest.remove();
            }
            if (tickets.size() >= limits.streams()) {
                throw new Problem(503, limits.streams() + " streams wait to be fetched. Try again later.")
                        .with("Retry-After", String.valueOf(limits.streamSeconds()));
            }
            tickets.put(name, ticket);
        }
        exchange.set("Location", STREAMS + name);
        exchange.set("Cache-Control", "no-store");
        exchange.send(201, "application/json", Json.bytes(Map.of("location", STREAMS + name)));
    }

    /** Generates, and sends the image of what has been said so far after each token. */
    private void stream(Exchange exchange, String id) throws IOException {
        Ticket ticket;
        synchronized (tickets) {
            ticket = tickets.remove(id);
        }
        if (ticket == null || ticket.until() - System.nanoTime() < 0) {
            throw new Problem(404, "There is no such stream: each can be fetched once, soon after it was asked for.");
        }
        long reads = Math.min(ticket.tokens().count(), ticket.model().model().context());
        try (Admission.Place _ = admission.enter(reads + ticket.task().writes())) {
            exchange.wire().listen();
            BooleanSupplier gone = () -> exchange.wire().isGone() || ending.getAsBoolean();
            List<Prediction> said = new ArrayList<>();
            Pictures pictures = new Pictures(exchange);
            Body answer = ticket.task().work().compute(ticket.model(), ticket.tokens(), Body.PNG, gone, spoken -> {
                written.incrementAndGet();
                said.add(spoken.prediction());
                pictures.add(new SequenceImage(ticket.tokens().version(), said).toPng(Map.of()));
            });
            kept.put(ticket.digest(), answer);
            answered.incrementAndGet();
            read.addAndGet(reads);
            pictures.end(answer.bytes());
        } catch (PxiException | RuntimeException | NotInModelException | InterruptedException e) {
            throw problem(e);
        }
    }

    /** Pictures, each in the place of the one before. */
    private static final class Pictures {

        private final Exchange exchange;
        private @Nullable OutputStream out;

        Pictures(Exchange exchange) {
            this.exchange = exchange;
        }

        void add(byte[] png) {
            try {
                OutputStream to = out;
                if (to == null) {
                    exchange.set("Cache-Control", "no-store");
                    to = exchange.stream("multipart/x-mixed-replace; boundary=" + STREAM_PART);
                    out = to;
                    to.write(("--" + STREAM_PART + "\r\n").getBytes(StandardCharsets.US_ASCII));
                }
                to.write("Content-Type: image/png\r\nContent-Length: %d\r\n\r\n"
                        .formatted(png.length)
                        .getBytes(StandardCharsets.US_ASCII));
                to.write(png);
                to.write(("\r\n--" + STREAM_PART + "\r\n").getBytes(StandardCharsets.US_ASCII));
                to.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The whole answer comes last, with where it is from. */
        void end(byte[] png) throws IOException {
            add(png);
            if (out != null) {
                out.close();
            }
        }
    }

    /** What a failure means to whoever has asked. */
    private Problem problem(Exception failure) {
        return switch (failure) {
            case Problem problem -> problem;
            case ModelMismatchException e -> new Problem(422, String.valueOf(e.getMessage()));
            case PxiException e -> new Problem(400, String.valueOf(e.getMessage()));
            case NotInModelException e -> new Problem(422, e.getMessage() + ".");
            case ModelFaultException e -> new Problem(500, "The model computes NaN or an infinity for this text.");
            case QueueFullException e ->
                new Problem(503, e.getMessage() + ", which is all that fits. Try again later.")
                        .with("Retry-After", "1");
            case QueueEndedException e -> unready();
            case ChangedFileException e -> unready();
            case CancellationException e -> {
                abandoned.incrementAndGet();
                yield unready();
            }
            case InterruptedException e -> {
                Thread.currentThread().interrupt();
                yield unready();
            }
            case RuntimeException e -> throw e;
            default -> throw new IllegalStateException(failure);
        };
    }

    private static Problem unready() {
        return new Problem(503, "This service is ending, or its model is being replaced. Try again later.")
                .with("Retry-After", "5");
    }
}
