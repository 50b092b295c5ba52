package org.pixelllm.cli.daemon;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One end of a connection. Reading and writing are timed: another thread closes a stream whose time is over. */
final class DaemonStream implements AutoCloseable {

    private final SocketChannel channel;
    private final ReentrantLock writing = new ReentrantLock();
    private final long nanos;
    private final ByteBuffer in = ByteBuffer.allocate(DaemonHeader.MAX_BYTES).limit(0);

    private volatile boolean timed;
    private volatile long deadline; // as System.nanoTime counts, while timed

    /**
     * Starts the clock.
     *
     * @param milliseconds how long the other end may be silent, and how long a message may take it to send or to read
     */
    DaemonStream(SocketChannel channel, long milliseconds) {
        this.channel = channel;
        this.nanos = TimeUnit.MILLISECONDS.toNanos(milliseconds);
        startTime(nanos);
    }

    private void startTime(long limit) {
        deadline = System.nanoTime() + limit;
        timed = true;
    }

    /** The other end is not waited for until the next message. */
    void stopTime() {
        timed = false;
    }

    /** Whether the other end has had its time. */
    boolean isLate() {
        return timed && System.nanoTime() - deadline > 0;
    }

    /** The next header, or null where the other end has closed. */
    @Nullable
    DaemonHeader header() throws IOException {
        startTime(nanos);
        return read(true);
    }

    /** The same, where the other end may be silent for as long as it likes. */
    @Nullable
    DaemonHeader headerAtLeisure() throws IOException {
        return read(false);
    }

    private @Nullable DaemonHeader read(boolean hurried) throws IOException {
        boolean begun = in.hasRemaining();
        int seen = 0;
        while (true) {
            for (; seen < in.remaining(); seen++) {
                if (in.get(in.position() + seen) == '\n') {
                    byte[] line = new byte[seen];
                    in.get(line).get();
                    return DaemonHeader.parse(new String(line, StandardCharsets.UTF_8));
                }
            }
            if (seen == DaemonHeader.MAX_BYTES) {
                throw DaemonRefusal.malformed("a line of at most " + DaemonHeader.MAX_BYTES + " bytes", "a longer one");
            }
            in.compact();
            int read = channel.read(in);
            in.flip();
            if (read < 0) {
                if (seen == 0) {
                    return null;
                }
                throw DaemonRefusal.malformed("a complete line", "the beginning of one");
            }
            if (!begun && hurried) {
                begun = true;
                startTime(nanos);
            }
        }
    }

    /** The bytes after a header. */
    byte[] bytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        int had = Math.min(count, in.remaining());
        in.get(bytes, 0, had);
        ByteBuffer rest = ByteBuffer.wrap(bytes, had, count - had);
        while (rest.hasRemaining()) {
            if (channel.read(rest) < 0) {
                throw new EOFException("the connection was closed within a message");
            }
        }
        return bytes;
    }

    void write(ByteBuffer bytes) throws IOException {
        startTime(nanos);
        writeAll(bytes);
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Writes a message of any thread, where the other end may take its time to read it. */
    void writeAtLeisure(DaemonHeader header, byte... bytes) throws IOException {
        writeAtLeisure(header, bytes, 0, bytes.length);
    }

    /** The same with some of the bytes. */
    void writeAtLeisure(DaemonHeader header, byte[] bytes, int from, int length) throws IOException {
        byte[] line = header.bytes();
        ByteBuffer all = ByteBuffer.allocate(line.length + length)
                .put(line)
                .put(bytes, from, length)
                .flip();
        writing.lock();
        try {
            writeAll(all);
        } finally {
            writing.unlock();
        }
    }

    /** The other end has this long to leave. */
    void leave(long milliseconds) throws IOException {
        channel.shutdownOutput();
        startTime(TimeUnit.MILLISECONDS.toNanos(milliseconds));
    }

    /**
     * Ends the output, and reads on for a moment: if the connection were closed while the other end still sends, that
     * end would lose the answer.
     *
     * @param milliseconds how long that moment may be
     */
    void finish(long milliseconds) throws IOException {
        leave(milliseconds);
        do {
            in.clear();
        } while (channel.read(in) >= 0);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
