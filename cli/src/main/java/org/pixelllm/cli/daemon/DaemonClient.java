package org.pixelllm.cli.daemon;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.TryAgainException;

/** Sends a daemon requests about itself. */
final class DaemonClient {

    private static final long ANSWER_MILLIS = 10_000;
    private static final int MAX_ANSWER_BYTES = 1 << 20;

    private DaemonClient() {}

    /** The status of the daemon of a place, or null if none is running. */
    static @Nullable DaemonStatus status(DaemonPlace place) throws IOException {
        String json = ask(place, "status", "status");
        return json == null ? null : DaemonStatus.parse(json);
    }

    /** Asks the daemon of a place to stop; false if none is running. */
    static boolean stop(DaemonPlace place) throws IOException {
        return ask(place, "stop", "") != null;
    }

    /**
     * Sends a request.
     *
     * @param part of the answer to return
     * @return that part, empty if the answer has no such part, or null if no daemon listens
     * @throws TryAgainException if a daemon listens but does not answer, or refuses
     */
    private static @Nullable String ask(DaemonPlace place, String verb, String part) throws IOException {
        DaemonState state = place.read();
        if (state == null) {
            return null;
        }
        OwnFiles.require(state.socket());
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(state.socket()));
            return ask(state, channel, new DaemonHeader(verb, Map.of("length", 0)), part);
        } catch (DaemonRefusal e) {
            throw new TryAgainException(state.socket() + " is not a daemon of this version: " + e.getMessage());
        } catch (IOException e) {
            return null; // it was killed, or has just ended
        }
    }

    private static @Nullable String ask(DaemonState state, SocketChannel channel, DaemonHeader request, String part)
            throws IOException {
        DaemonStream stream = new DaemonStream(channel, ANSWER_MILLIS);
        Thread clock = Thread.ofPlatform().daemon().start(() -> closeWhenLate(stream));
        try {
            stream.write(ByteBuffer.wrap(request.bytes()));
            DaemonHeader answer = stream.header();
            if (answer == null) {
                return null;
            }
            String found = null;
            for (Map.Entry<String, Integer> each : answer.numbers().entrySet()) {
                if (each.getKey().equals("code")) {
                    continue;
                }
                if (each.getValue() > MAX_ANSWER_BYTES) {
                    throw DaemonRefusal.malformed("at most " + MAX_ANSWER_BYTES + " bytes", "more");
                }
                String text = new String(stream.bytes(each.getValue()), StandardCharsets.UTF_8);
                if (answer.word().equals("error")) {
                    throw new TryAgainException("The daemon at " + state.socket() + " refused: " + text.strip());
                }
                found = each.getKey().equals(part) ? text : found;
            }
            return found == null ? "" : found;
        } catch (IOException e) {
            if (stream.isLate()) {
                throw new TryAgainException("The daemon at " + state.socket() + " does not answer. Kill its process, "
                        + state.pid() + ", and start it again.");
            }
            throw e;
        } finally {
            clock.interrupt();
        }
    }

    private static void closeWhenLate(DaemonStream stream) {
        try {
            while (!stream.isLate()) {
                Thread.sleep(100);
            }
            stream.close();
        } catch (InterruptedException | IOException e) {
            Thread.currentThread().interrupt(); // answered in time, or closed already
        }
    }
}
