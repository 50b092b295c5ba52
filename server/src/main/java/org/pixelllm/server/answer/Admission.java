package org.pixelllm.server.answer;

import org.pixelllm.server.http.Problem;

/** How much may be asked for at a time: requests, and the tokens that they read and write. Whoever comes beyond that is told when to come again. */
final class Admission {

    private static final int MOST_SECONDS = 60;

    private final int maxRequests;
    private final int maxTokens;
    private int requests;
    private long tokens;
    private double tokensPerSecond; // of those that were answered lately
    private long refused;

    Admission(int maxRequests, int maxTokens) {
        this.maxRequests = maxRequests;
        this.maxTokens = maxTokens;
    }

    /** A place among those that are answered; closing it makes room. */
    final class Place implements AutoCloseable {

        private final long taken;
        private final long since = System.nanoTime();

        private Place(long taken) {
            this.taken = taken;
        }

        @Override
        public void close() {
            leave(taken, (System.nanoTime() - since) / 1e9);
        }
    }

    /**
     * Takes a place.
     *
     * @param wanted tokens that will be read and written; one that alone is beyond the limit waits for an empty house
     */
    synchronized Place enter(long wanted) {
        if (requests >= maxRequests || (requests > 0 && tokens + wanted > maxTokens)) {
            refused++;
            throw new Problem(
                            503,
                            "%d requests of %d tokens are being answered, which is all that fits. Try again later."
                                    .formatted(requests, tokens))
                    .with("Retry-After", String.valueOf(seconds()));
        }
        requests++;
        tokens += wanted;
        return new Place(wanted);
    }

    private int seconds() {
        double wait = tokensPerSecond == 0 ? 1 : tokens / tokensPerSecond;
        return (int) Math.clamp(Math.ceil(wait), 1, MOST_SECONDS);
    }

    private synchronized void leave(long taken, double seconds) {
        double rate = tokens / Math.max(seconds, 1e-6); // all that were here shared the time
        tokensPerSecond = tokensPerSecond == 0 ? rate : tokensPerSecond * 0.9 + rate * 0.1;
        requests--;
        tokens -= taken;
    }

    synchronized int requests() {
        return requests;
    }

    synchronized long tokens() {
        return tokens;
    }

    synchronized long refused() {
        return refused;
    }
}
