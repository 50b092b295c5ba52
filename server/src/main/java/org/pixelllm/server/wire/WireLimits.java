package org.pixelllm.server.wire;

import java.time.Duration;

/**
 * What one connection may take.
 *
 * @param connections how many may be open; more wait until the system refuses them
 * @param head how long a request's first line and headers may take from their first byte on, and the first byte of a new connection
 * @param body how long a request's body may take
 * @param idle how long nothing may come between two requests
 * @param write how long a response may wait, in all, for a client that does not read
 * @param headBytes the most bytes of headers
 * @param bodyBytes the most bytes of a body
 */
public record WireLimits(
        int connections, Duration head, Duration body, Duration idle, Duration write, int headBytes, int bodyBytes) {

    /** What suits most. */
    public static final WireLimits USUAL = new WireLimits(
            512,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            16 << 10,
            1 << 20);
}
