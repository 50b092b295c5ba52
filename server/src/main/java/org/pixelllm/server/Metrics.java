package org.pixelllm.server;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What is counted, as Prometheus reads it. */
final class Metrics {

    private static final String PREFIX = "pixelllm_";
    private static final double[] BOUNDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

    private final Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
    private final LongAdder[] below = new LongAdder[BOUNDS.length + 1]; // the last counts all
    private final LongAdder nanoseconds = new LongAdder();
    private final LongAdder timedOut = new LongAdder();

    Metrics() {
        for (int i = 0; i < below.length; i++) {
            below[i] = new LongAdder();
        }
    }

    void count(int status) {
        statuses.computeIfAbsent(status, key -> new LongAdder()).increment();
    }

    void timedOut() {
        timedOut.increment();
    }

    void took(long nanos) {
        nanoseconds.add(nanos);
        for (int i = 0; i < BOUNDS.length; i++) {
            if (nanos <= BOUNDS[i] * 1e9) {
                below[i].increment();
            }
        }
        below[BOUNDS.length].increment();
    }

    byte[] text(Map<String, Long> figures, int connections) {
        StringBuilder text = new StringBuilder();
        head(text, "http_responses_total", "counter", "Responses by status; 499: the client went away.");
        new TreeMap<>(statuses)
                .forEach((status, count) ->
                        line(text, "http_responses_total{status=\"" + status + "\"}", String.valueOf(count.sum())));
        head(text, "http_request_seconds", "histogram", "How long requests took.");
        for (int i = 0; i < BOUNDS.length; i++) {
            line(text, "http_request_seconds_bucket{le=\"" + BOUNDS[i] + "\"}", String.valueOf(below[i].sum()));
        }
        String all = String.valueOf(below[BOUNDS.length].sum());
        line(text, "http_request_seconds_bucket{le=\"+Inf\"}", all);
        line(text, "http_request_seconds_sum", String.valueOf(nanoseconds.sum() / 1e9));
        line(text, "http_request_seconds_count", all);
        one(text, "connections", connections, "Open connections.");
        one(
                text,
                "connections_timed_out_total",
                timedOut.sum(),
                "Connections that were closed because they took too long.");
        figures.forEach(
                (name, value) -> one(text, name, value, name.replace('_', ' ').replace(" total", "") + "."));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void one(StringBuilder text, String name, long value, String help) {
        head(text, name, name.endsWith("_total") ? "counter" : "gauge", help);
        line(text, name, String.valueOf(value));
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ")
                .append(PREFIX)
                .append(name)
                .append(' ')
                .append(help)
                .append('\n');
        text.append("# TYPE ")
                .append(PREFIX)
                .append(name)
                .append(' ')
                .append(type)
                .append('\n');
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(PREFIX).append(name).append(' ').append(value).append('\n');
    }
}
