package org.pixelllm.server.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.Shown;

/** A query's parameters, each read by its name; what nobody reads is refused. */
public final class Parameters {

    private final Map<String, List<String>> given;
    private final Set<String> known = new TreeSet<>();

    /** Those of a request. */
    public Parameters(Map<String, List<String>> given) {
        this.given = new LinkedHashMap<>(given);
    }

    /** A parameter's text, or null. */
    public @Nullable String text(String name) {
        known.add(name);
        List<String> values = given.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw new Problem(400, name + ": expected one value, found " + values.size() + ".");
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    /** A whole number. */
    public int whole(String name, int fallback) {
        long value = number(name, fallback);
        if (value != (int) value) {
            throw new Problem(400, name + ": expected a whole number, found " + value + ".");
        }
        return (int) value;
    }

    /** A whole number of any size. */
    public long number(String name, long fallback) {
        String text = text(name);
        try {
            return text == null ? fallback : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new Problem(400, name + ": expected a whole number, found " + Shown.word(text) + ".");
        }
    }

    /** A number. */
    public double real(String name, double fallback) {
        String text = text(name);
        try {
            return text == null ? fallback : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new Problem(400, name + ": expected a number, found " + Shown.word(text) + ".");
        }
    }

    /** Refuses what nobody has read. */
    public void requireNoOthers() {
        for (String name : given.keySet()) {
            if (!known.contains(name)) {
                throw new Problem(
                        400,
                        "query: expected " + (known.isEmpty() ? "no parameters" : String.join(", ", known)) + ", found "
                                + Shown.word(name) + ".");
            }
        }
    }
}
