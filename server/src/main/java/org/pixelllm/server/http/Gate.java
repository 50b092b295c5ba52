package org.pixelllm.server.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask: the request names a host that is ours, comes from no other site's page, and has the token where there is one.
 *
 * <p>A page of another site can make a browser send requests to this machine, and by a name of its own that leads here even read the
 * answers; no browser lets it choose the Host, Origin and Sec-Fetch-Site headers.
 */
public final class Gate {

    private static final String BEARER = "Bearer ";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-fA-F:.]+]");

    private final Set<String> hosts; // lower case, without a port where any will do
    private final boolean everyAddress; // an address, which no name leads to, is ours
    private final Set<String> origins;
    private final byte @Nullable [] token;

    /**
     * A gate.
     *
     * @param address what the service listens on
     * @param allowedHosts other names by which it may be called
     * @param allowedOrigins other sites whose pages may ask
     * @param token what a request must know, or null
     */
    public Gate(String address, List<String> allowedHosts, List<String> allowedOrigins, @Nullable String token) {
        Set<String> all = allowedHosts.stream().map(Gate::lower).collect(Collectors.toSet());
        all.addAll(LOOPBACK);
        all.add(lower(address.contains(":") && !address.startsWith("[") ? "[" + address + "]" : address));
        this.hosts = all;
        this.everyAddress = WILDCARDS.contains(address);
        this.origins = allowedOrigins.stream().map(Gate::lower).collect(Collectors.toSet());
        this.token = token == null ? null : token.getBytes(StandardCharsets.UTF_8);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** Whether a token is asked for. */
    public boolean asksForToken() {
        return token != null;
    }

    /** Refuses a request that is meant for another host, or comes from another site. */
    public void requireOurs(Exchange exchange, boolean isPage) {
        String host = exchange.header("Host");
        if (host == null) {
            throw new Problem(400, "Host: expected the header, found none.");
        }
        String name = lower(withoutPort(host));
        boolean address = everyAddress && ADDRESS.matcher(name).matches();
        if (!hosts.contains(lower(host)) && !hosts.contains(name) && !address) {
            throw new Problem(421, "Host: expected a name of this service. Another name is let in by --allow-host.");
        }
        String origin = exchange.header("Origin");
        String site = exchange.header("Sec-Fetch-Site");
        if (origin != null && isAllowed(origin)) {
            exchange.set("Access-Control-Allow-Origin", origin);
            exchange.set("Access-Control-Expose-Headers", "ETag, Content-Location, Location, Retry-After");
            exchange.set("Vary", "Origin");
            return;
        }
        boolean foreign = origin != null && !isOf(host, origin);
        boolean other = site != null && !site.equals("same-origin") && !site.equals("none");
        // A link on another site may lead to the page, which starts nothing by itself.
        boolean visit = isPage && "navigate".equals(exchange.header("Sec-Fetch-Mode"));
        if (foreign || (other && !visit)) {
            throw new Problem(
                    403, "Origin: expected none, or this service's own. Another one is let in by --allow-origin.");
        }
    }

    private boolean isAllowed(String origin) {
        return origins.contains(lower(origin));
    }

    private static boolean isOf(String host, String origin) {
        String ours = lower(host);
        String theirs = lower(origin);
        return theirs.equals("http://" + ours) || theirs.equals("https://" + ours);
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        boolean port = colon > host.lastIndexOf(']')
                && host.substring(colon + 1).chars().allMatch(Gate::isDigit);
        return port ? host.substring(0, colon) : host;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** Answers what a browser asks before it lets another site's page ask; false for any other request. */
    public boolean answersPreflight(Exchange exchange) {
        String origin = exchange.header("Origin");
        if (!exchange.method().equals("OPTIONS") || origin == null || !isAllowed(origin)) {
            return false;
        }
        exchange.set("Access-Control-Allow-Methods", "GET, HEAD, POST");
        exchange.set("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept, If-None-Match");
        exchange.set("Access-Control-Max-Age", "600");
        exchange.send(204, null, new byte[0]);
        return true;
    }

    /** Refuses a request without the token, where there is one. How long that takes says nothing about it. */
    public void requireToken(Exchange exchange) {
        if (token == null) {
            return;
        }
        String given = exchange.header("Authorization");
        byte[] word = given != null && given.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? given.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8)
                : new byte[0];
        if (!MessageDigest.isEqual(word, token)) {
            throw new Problem(401, "Authorization: expected Bearer and this service's token.")
                    .with("WWW-Authenticate", "Bearer");
        }
    }
}
