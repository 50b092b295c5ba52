package org.pixelllm.server.wire;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.Headers;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;

/** All connections: opens each with its watch, and looks at all of them several times a second. */
public final class Wires implements ServerConnectionSelector, AutoCloseable {

    private static final long LOOK_MILLISECONDS = 100;

    private final WireLimits limits;
    private final WireEvents events;
    private final Set<Wire> open = ConcurrentHashMap.newKeySet();
    private final ServerConnectionSelector http;
    private final Thread watch;

    /** Begins to watch. */
    public Wires(WireLimits limits, WireEvents events) {
        this.limits = limits;
        this.events = events;
        this.http = Http1ConnectionSelector.builder()
                .config(Http1Config.builder()
                        .maxHeadersSize(limits.headBytes())
                        .maxPrologueLength(limits.headBytes())
                        .addReceiveListener(new HeadersListener())
                        .build())
                .build();
        this.watch = Thread.ofPlatform().daemon().name("connections").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK_MILLISECONDS);
                long now = System.nanoTime();
                open.forEach(each -> each.check(now));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** How many are open. */
    public int count() {
        return open.size();
    }

    /** Stops watching. */
    @Override
    public void close() {
        watch.interrupt();
        open.forEach(Wire::close);
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    @Override
    public Support supports(BufferData data) {
        return Support.SUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return Set.of("http/1.1");
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        Wire wire = new Wire(context.serverSocket(), limits, events);
        ServerConnection connection = http.connection(new Context(context, wire));
        return new Watched(wire, connection);
    }

    /** Tells a connection that a request's headers have come. */
    private static final class HeadersListener implements Http1ConnectionListener {

        @Override
        public void headers(ConnectionContext context, Headers headers) {
            if (context instanceof Context own) {
                own.wire.headersCame();
            }
        }
    }

    /** A connection in the list of those that are watched. */
    private final class Watched implements ServerConnection {

        private final Wire wire;
        private final ServerConnection connection;

        Watched(Wire wire, ServerConnection connection) {
            this.wire = wire;
            this.connection = connection;
        }

        @Override
        public void handle(Limit limit) throws InterruptedException {
            open.add(wire);
            try {
                ScopedValue.where(Wire.CURRENT, wire).call(() -> {
                    connection.handle(limit);
                    return wire;
                });
            } finally {
                open.remove(wire);
                wire.end();
            }
        }

        @Override
        public Duration idleTime() {
            return connection.idleTime();
        }

        @Override
        public void close(boolean interrupt) {
            connection.close(interrupt);
            wire.closeIfIdle();
        }
    }

    /** The context of a connection, with its own reader and writer. */
    private record Context(ConnectionContext context, Wire wire) implements ConnectionContext {

        @Override
        public ListenerContext listenerContext() {
            return context.listenerContext();
        }

        @Override
        public ExecutorService executor() {
            return context.executor();
        }

        @Override
        public DataWriter dataWriter() {
            return wire.watched(context.dataWriter());
        }

        @Override
        public DataReader dataReader() {
            return wire.reader();
        }

        @Override
        public Router router() {
            return context.router();
        }

        @Override
        public HelidonSocket serverSocket() {
            return context.serverSocket();
        }

        @Override
        public PeerInfo remotePeer() {
            return context.remotePeer();
        }

        @Override
        public PeerInfo localPeer() {
            return context.localPeer();
        }

        @Override
        public boolean isSecure() {
            return context.isSecure();
        }

        @Override
        public String socketId() {
            return context.socketId();
        }

        @Override
        public String childSocketId() {
            return context.childSocketId();
        }
    }
}
