package org.pixelllm.cli.terminal;

import java.util.Locale;

/** Times for people. */
public final class Durations {

    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;

    private Durations() {}

    /** {@code 42 s}, {@code 12 min 05 s} or {@code 2 h 05 min}. */
    public static String words(double seconds) {
        long whole = Math.round(seconds);
        if (whole < MINUTE) {
            return whole + " s";
        }
        return whole < HOUR
                ? String.format(Locale.ROOT, "%d min %02d s", whole / MINUTE, whole % MINUTE)
                : String.format(Locale.ROOT, "%d h %02d min", whole / HOUR, whole % HOUR / MINUTE);
    }
}
