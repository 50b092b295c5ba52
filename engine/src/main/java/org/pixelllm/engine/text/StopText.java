package org.pixelllm.engine.text;

import org.jspecify.annotations.Nullable;

/** Passes a text on as it comes, but for what may be the beginning of the stop text. */
final class StopText {

    private final @Nullable String stop;
    private String held = "";
    private boolean found;

    /** For a stop text, or none. */
    StopText(@Nullable String stop) {
        this.stop = stop;
    }

    /** What can be shown after these further characters. */
    String add(String piece) {
        if (stop == null) {
            return piece;
        }
        String text = held + piece;
        int at = text.indexOf(stop);
        if (at >= 0) {
            found = true;
            held = "";
            return text.substring(0, at);
        }
        int from = Math.max(0, text.length() - stop.length() + 1);
        while (!stop.startsWith(text.substring(from))) {
            from++;
        }
        held = text.substring(from);
        return text.substring(0, from);
    }

    /** Whether the stop text has come. */
    boolean isFound() {
        return found;
    }

    /** What was held back, when nothing more comes. */
    String end() {
        String rest = held;
        held = "";
        return rest;
    }
}
