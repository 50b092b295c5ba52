package org.pixelllm.server;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pixelllm.server.answer.Desk;
import org.pixelllm.server.wire.WireLimits;

/**
 * How the service runs.
 *
 * @param host the address that it listens on
 * @param port 0 for any that is free
 * @param token that requests must know, or null
 * @param allowedHosts other names by which it may be called
 * @param allowedOrigins other sites whose pages may ask
 * @param wires what connections may take
 * @param desk how much may be asked for at a time
 * @param grace how long requests may still take once the service is to end
 * @param page the page's files
 * @param accessLog receives a line for each request, without its text
 * @param log receives what whoever runs the service should know
 */
public record ServiceSettings(
        String host,
        int port,
        @Nullable String token,
        List<String> allowedHosts,
        List<String> allowedOrigins,
        WireLimits wires,
        Desk.Limits desk,
        Duration grace,
        PageFiles page,
        Consumer<String> accessLog,
        Consumer<String> log) {

    /** How long requests may still take at the end. */
    public static final Duration GRACE = Duration.ofSeconds(20);

    /** On loopback, without a token, with the usual limits and without a page. */
    public static ServiceSettings local(int port) {
        return new ServiceSettings(
                "127.0.0.1",
                port,
                null,
                List.of(),
                List.of(),
                WireLimits.USUAL,
                Desk.Limits.USUAL,
                GRACE,
                PageFiles.NONE,
                line -> {},
                line -> {});
    }
}
