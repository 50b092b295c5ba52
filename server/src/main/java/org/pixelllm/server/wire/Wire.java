package org.pixelllm.server.wire;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One connection, watched: each part of a request has its time, its bytes are counted before anybody reads them, and while an answer
 * is computed it is known whether the client is still there.
 */
public final class Wire {

    /** Chunks of one byte each take six: a body may take this many times its size, no more. */
    private static final int MOST_CHUNKED = 8;

    private static final long LINGER_NANOS = 1_000_000_000L;

    /** The connection whose thread this is. */
    static final ScopedValue<Wire> CURRENT = ScopedValue.newInstance();

    private final HelidonSocket socket;
    private final WireLimits limits;
    private final WireEvents events;
    private final DataReader reader = DataReader.create(this::read);
    private final long mostBytes;
    private volatile Part part = Part.NEW;
    private volatile long since = System.nanoTime(); // the part has begun
    private volatile long writing; // when a write began; 0 while there is none
    private volatile long written; // how long writes of this response took
    private volatile boolean closed;
    private volatile @Nullable Pump pump;
    private volatile boolean over; // nothing more comes
    private volatile boolean lingers;
    private long bytes; // of this request
    private long line; // bytes since the last line feed

    /** Where in its life a connection is. */
    private enum Part {
        /** Nothing has come yet. */
        NEW,
        /** Between two requests. */
        IDLE,
        /** First line and headers are coming. */
        HEAD,
        /** An answer is computed or sent; its own limits hold. */
        WORK,
        /** The body is coming. */
        BODY,
        /** It is refused, and what still comes is thrown away, so that the client reads why before the connection is cut. */
        LINGER
    }

    Wire(HelidonSocket socket, WireLimits limits, WireEvents events) {
        this.socket = socket;
        this.limits = limits;
        this.events = events;
        this.mostBytes = limits.headBytes() * 2L + (long) limits.bodyBytes() * MOST_CHUNKED;
    }

    /** The connection whose request this thread answers. */
    public static Wire current() {
        return CURRENT.get();
    }

    DataReader reader() {
        return reader;
    }

    /** What comes next, or null at the end. */
    private byte @Nullable [] read() {
        Pump from = pump;
        byte[] next = from == null ? socket.get() : from.take();
        while (next != null && part == Part.LINGER) {
            next = from == null ? socket.get() : from.take();
        }
        if (next == null) {
            over = true;
            return null;
        }
        if (part == Part.IDLE || part == Part.NEW) {
            bytes = 0;
            begin(Part.HEAD);
        }
        bytes += next.length;
        line = lengthOfLine(next);
        if (bytes > mostBytes || line > (long) limits.headBytes() + limits.bodyBytes()) {
            refuse(413, "Content Too Large", "the request is longer than all that it may be");
            return null;
        }
        return next;
    }

    /** How long the line is that has not ended: of chunks, it is kept as a whole until it has. */
    private long lengthOfLine(byte[] next) {
        for (int i = next.length - 1; i >= 0; i--) {
            if (next[i] == '\n') {
                return next.length - 1L - i;
            }
        }
        return line + next.length;
    }

    private void begin(Part next) {
        since = System.nanoTime();
        part = next;
    }

    /** First line and headers have come. */
    void headersCame() {
        written = 0;
        begin(Part.WORK);
    }

    /** From now on the body is read. */
    public void bodyBegins() {
        begin(Part.BODY);
    }

    /** The body has come. */
    public void bodyCame() {
        begin(Part.WORK);
    }

    /** The response is sent. */
    public void answered() {
        bytes = 0;
        begin(Part.IDLE);
    }

    /** From now on it is known when the client goes away. */
    public void listen() {
        if (pump == null) {
            pump = new Pump(socket);
        }
    }

    /** Whether the client has gone away; found out while {@link #listen listening}. */
    public boolean isGone() {
        Pump from = pump;
        return closed || over || (from != null && from.isOver());
    }

    /** Closes what has taken too long. */
    void check(long now) {
        long time = now - since;
        switch (part) {
            case NEW -> closeIf(time > limits.head().toNanos());
            case IDLE -> closeIf(time > limits.idle().toNanos());
            case HEAD -> {
                if (time > limits.head().toNanos()) {
                    refuse(408, "Request Timeout", "the headers did not come in time");
                }
            }
            case BODY -> {
                if (time > limits.body().toNanos()) {
                    refuse(408, "Request Timeout", "the body did not come in time");
                }
            }
            case LINGER -> {
                if (time > LINGER_NANOS) {
                    close();
                }
            }
            case WORK -> {
                long began = writing;
                long blocked = written + (began == 0 ? 0 : now - began);
                if (began != 0 && blocked > limits.write().toNanos()) {
                    events.timedOut();
                    close();
                }
            }
        }
    }

    private void closeIf(boolean late) {
        if (late) {
            events.timedOut();
            close();
        }
    }

    /** An answer to a request that is not read to its end. Nothing else was written before: it fits into the socket's memory. */
    private void refuse(int status, String reason, String detail) {
        if (closed || part == Part.LINGER) {
            return;
        }
        events.refused(status);
        String body = "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}\n"
                .formatted(reason, status, detail);
        String answer =
                "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                        .formatted(status, reason, body.length(), body);
        try {
            socket.write(BufferData.create(answer.getBytes(StandardCharsets.US_ASCII)));
        } catch (UncheckedIOException e) {
            // it has gone
        }
        lingers = true;
        begin(Part.LINGER);
    }

    /** The request is refused before it was read: at the end of the connection, what still comes is thrown away for a while. */
    public void linger() {
        lingers = true;
    }

    /** Between requests there is nothing to finish. */
    void closeIfIdle() {
        if (part == Part.IDLE || part == Part.NEW) {
            close();
        }
    }

    /** Nobody reads from this any more. */
    void end() {
        if (lingers && !over && !closed) {
            begin(Part.LINGER);
            try {
                read();
            } catch (UncheckedIOException e) {
                // closed, from one end or the other
            }
        }
        close();
        Pump from = pump;
        if (from != null) {
            from.abandon();
        }
    }

    /** Ends the connection at once. */
    public void close() {
        closed = true;
        try {
            socket.close();
        } catch (UncheckedIOException e) {
            // it was closed from the other end
        }
    }

    /** A writer whose time is watched. */
    DataWriter watched(DataWriter writer) {
        return new DataWriter() {
            @Override
            public void write(BufferData... buffers) {
                timed(() -> writer.write(buffers));
            }

            @Override
            public void write(BufferData buffer) {
                timed(() -> writer.write(buffer));
            }

            @Override
            public void writeNow(BufferData... buffers) {
                timed(() -> writer.writeNow(buffers));
            }

            @Override
            public void writeNow(BufferData buffer) {
                timed(() -> writer.writeNow(buffer));
            }

            @Override
            public void flush() {
                timed(writer::flush);
            }

            @Override
            public void close() {
                writer.close();
            }
        };
    }

    private void timed(Runnable write) {
        long start = System.nanoTime();
        writing = start;
        try {
            write.run();
        } finally {
            written = written + System.nanoTime() - start;
            writing = 0;
        }
    }
}
