package org.pixelllm.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.RequestException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.server.wire.Wire;

/** A request and its response. */
public final class Exchange {

    private final ServerRequest request;
    private final ServerResponse response;
    private final Wire wire;
    private final int maxBody;
    private int status;

    /**
     * What a request and its response become here.
     *
     * @param wire its connection
     * @param maxBody bytes that its body may have
     */
    public Exchange(ServerRequest request, ServerResponse response, Wire wire, int maxBody) {
        this.request = request;
        this.response = response;
        this.wire = wire;
        this.maxBody = maxBody;
    }

    /** Its method. */
    public String method() {
        return request.prologue().method().text();
    }

    /** Its path, decoded, without the query. */
    public String path() {
        return request.path().path();
    }

    /** Its query's parameters. */
    public Map<String, List<String>> query() {
        return request.query().toMap();
    }

    /** A header that may be there once; null where it is not. */
    public @Nullable String header(String name) {
        List<String> all = request.headers().all(HeaderNames.create(name), List::of);
        if (all.size() > 1) {
            throw new Problem(400, name + ": expected at most one such header, found " + all.size() + ".");
        }
        return all.isEmpty() ? null : all.getFirst();
    }

    /** A header whose lines are one list. */
    public String headers(String name) {
        return String.join(", ", request.headers().all(HeaderNames.create(name), List::of));
    }

    /** Its connection. */
    public Wire wire() {
        return wire;
    }

    /** Whether its body is known to be too long, before anything of it is read. */
    public void requireBodyFits() {
        long length;
        try {
            length = request.headers().contentLength().orElse(0);
        } catch (IllegalArgumentException e) {
            throw new Problem(400, "Content-Length: expected a number of bytes.");
        }
        if (length > maxBody) {
            wire.linger();
            throw tooLarge(String.valueOf(length)).with("Connection", "close");
        }
    }

    private Problem tooLarge(String found) {
        return new Problem(413, tooLarge(maxBody) + " Found " + found + ".");
    }

    /** What is said of a body that is too long. */
    public static String tooLarge(int maxBody) {
        return "body: expected at most " + maxBody + " bytes. Send a shorter text.";
    }

    /** Its body. */
    public byte[] body() {
        requireBodyFits();
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        wire.bodyBegins();
        try {
            InputStream in = request.content().inputStream(); // whose end would read all that still comes
            byte[] body = in.readNBytes(maxBody + 1);
            if (body.length > maxBody) {
                wire.linger();
                throw tooLarge("more").with("Connection", "close");
            }
            return body;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (UncheckedIOException | Problem e) {
            throw e;
        } catch (RuntimeException e) { // of chunks that are none, any
            if (wire.isGone()) {
                throw e;
            }
            wire.linger();
            boolean large =
                    e instanceof RequestException refused && refused.status().code() == 413;
            throw (large ? tooLarge("more") : new Problem(400, "body: expected chunks as HTTP/1.1 has them."))
                    .with("Connection", "close");
        } finally {
            wire.bodyCame();
        }
    }

    /** Adds a header to the response. */
    public void set(String header, String value) {
        response.header(header, value);
    }

    /** Sends a whole response; to a HEAD request, without its body. */
    public void send(int code, @Nullable String type, byte[] body) {
        status = code;
        if (code == 304 || code == 204) {
            response.status(code).send();
            return;
        }
        response.status(code);
        if (type != null) {
            set("Content-Type", type);
        }
        if (method().equals("HEAD")) {
            set("Content-Length", String.valueOf(body.length));
            response.send();
        } else {
            response.send(body);
        }
    }

    /** Refuses. */
    public void send(Problem problem) {
        problem.headers().forEach(this::set);
        send(problem.status(), Problem.TYPE, problem.json());
    }

    /** Begins a response whose length is not known. */
    public OutputStream stream(String type) {
        status = 200;
        response.status(200);
        set("Content-Type", type);
        return response.outputStream();
    }

    /** Begins a response of a length. */
    public OutputStream stream(String type, long length) {
        set("Content-Length", String.valueOf(length));
        return stream(type);
    }

    /** Whether a response has begun. */
    public boolean isBegun() {
        return status != 0;
    }

    /** The response's status; 0 while there is none. */
    public int status() {
        return status;
    }

    /** Bytes that were sent. */
    public long bytesSent() {
        return response.bytesWritten();
    }
}
