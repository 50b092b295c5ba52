package org.pixelllm.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntSupplier;

/** Has a daemon run a command line: passes on what it prints and asks for, as docs/daemon.md says. */
final class Conversation implements AutoCloseable {

    /** In place of an exit code: nothing was done, so that this process must run the command. */
    static final int DECLINED = -1;

    /** In place of an exit code: the daemon has gone while it ran the command. */
    static final int CUT = -2;

    /** How long a daemon may take to say that it has begun. */
    static final long BEGIN_MILLIS = 2000;

    private static final int BYTES = 1 << 16;
    private static final int MOST_HEADER_BYTES = 1024;
    private static final String GREETING = "pixel-llm/1 ";

    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;
    private final OutputStream err;
    private final IntSupplier columns;
    private final ByteBuffer received = ByteBuffer.allocate(BYTES).limit(0);
    private final Object writing = new Object();
    private volatile boolean begun;
    private boolean lost;

    /**
     * Connects.
     *
     * @param columns the characters in a line of the terminal, 0 where there is none
     * @throws IOException where nobody listens
     */
    Conversation(String socket, InputStream in, OutputStream out, OutputStream err, IntSupplier columns)
            throws IOException {
        this.in = in;
        this.out = out;
        this.err = err;
        this.columns = columns;
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Runs it; returns its exit code, {@link #DECLINED} or {@link #CUT}. */
    int run(CommandLine line) {
        Thread clock = new Thread(new Clock());
        clock.setDaemon(true);
        clock.start();
        boolean used = false;
        try {
            send(line.request());
            while (true) {
                String header = header();
                int length = number(header, "length=");
                String word = word(header);
                switch (word) {
                    case "begun" -> begun = true;
                    case "exit" -> {
                        return number(header, "code=");
                    }
                    case "declined", "error" -> {
                        return used ? CUT : DECLINED;
                    }
                    default -> {
                        used = true;
                        hear(word, length);
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            return used ? CUT : DECLINED;
        } finally {
            clock.interrupt();
        }
    }

    /** Tells the daemon that this process is to end. */
    void interrupt() {
        try {
            say("interrupt", "length", new byte[0], 0);
        } catch (IOException e) {
            // It is gone, as this process will be.
        }
    }

    private void hear(String word, int length) throws IOException {
        switch (word) {
            case "out" -> {
                try {
                    pass(length, out);
                } catch (Full e) {
                    lose(e);
                }
            }
            case "err" -> {
                try {
                    pass(length, err);
                } catch (Full e) {
                    // There is nobody to tell.
                }
            }
            case "input" -> input();
            case "columns" -> number("columns", columns.getAsInt());
            case "sync" -> say("synced", "length", new byte[0], 0);
            default -> throw new IOException("not a daemon of this version");
        }
    }

    private void input() throws IOException {
        byte[] some = new byte[BYTES];
        int count;
        try {
            count = in.read(some);
        } catch (IOException e) {
            byte[] why = message(e);
            say("unreadable", "length", why, why.length);
            return;
        }
        say("input", "length", some, Math.max(0, count));
    }

    /** A stream of this process takes no more. */
    private static final class Full extends IOException {
        Full(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private void lose(Full e) throws IOException {
        if (!lost) {
            lost = true;
            byte[] why = message(e);
            say("lost", "length", why, why.length);
        }
    }

    private static byte[] message(IOException e) {
        return String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
    }

    /** Passes on bytes; all of them are read, whatever becomes of them. */
    private void pass(int length, OutputStream to) throws IOException {
        Full full = null;
        int left = length;
        while (left > 0) {
            if (!received.hasRemaining()) {
                receive();
            }
            int some = Math.min(left, received.remaining());
            try {
                if (full == null) {
                    to.write(received.array(), received.position(), some);
                }
            } catch (IOException e) {
                full = new Full(e);
            }
            received.position(received.position() + some);
            left -= some;
        }
        if (full != null) {
            throw full;
        }
    }

    private String header() throws IOException {
        byte[] line = new byte[MOST_HEADER_BYTES];
        for (int i = 0; i < line.length; i++) {
            if (!received.hasRemaining()) {
                receive();
            }
            line[i] = received.get();
            if (line[i] == '\n') {
                String header = new String(line, 0, i, StandardCharsets.UTF_8);
                if (header.startsWith(GREETING)) {
                    return header;
                }
                break;
            }
        }
        throw new IOException("not a daemon of this version");
    }

    private void receive() throws IOException {
        received.clear();
        int count = channel.read(received);
        received.flip();
        if (count < 0) {
            throw new IOException("the daemon has gone");
        }
    }

    private static String word(String header) {
        int end = header.indexOf(' ', GREETING.length());
        return header.substring(GREETING.length(), end < 0 ? header.length() : end);
    }

    /** A number of a header; 0 where it has none of that name. */
    private static int number(String header, String name) {
        int from = header.indexOf(name);
        if (from < 0) {
            return 0;
        }
        int end = header.indexOf(' ', from);
        return Integer.parseInt(header.substring(from + name.length(), end < 0 ? header.length() : end));
    }

    private void number(String word, int number) throws IOException {
        send(line(word, "count", number));
    }

    private void say(String word, String name, byte[] bytes, int length) throws IOException {
        byte[] line = line(word, name, length);
        byte[] all = Arrays.copyOf(line, line.length + length);
        System.arraycopy(bytes, 0, all, line.length, length);
        send(all);
    }

    private static byte[] line(String word, String name, int number) {
        return String.join("", GREETING, word, " ", name, "=", String.valueOf(number), "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void send(byte... bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        synchronized (writing) {
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        }
    }

    /** Hangs up on a daemon that does not even begin. A class and no lambda, which would cost a fresh JVM milliseconds. */
    private final class Clock implements Runnable {

        @Override
        public void run() {
            try {
                Thread.sleep(BEGIN_MILLIS);
                if (!begun) {
                    close();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is over either way.
        }
    }
}
