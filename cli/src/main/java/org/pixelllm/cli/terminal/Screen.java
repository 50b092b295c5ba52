package org.pixelllm.cli.terminal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;

/** What the terminal can show. */
public final class Screen {

    /** No terminal. */
    public static final Screen NONE = new Screen(Map.of(), false);

    public static final int USUAL_COLUMNS = 80;

    /** Help is not set narrower or wider than this. */
    public static final int MIN_COLUMNS = 60;

    public static final int MAX_COLUMNS = 200;

    private static final int MOST_DIGITS = 5;

    private final Map<String, String> environment;
    private final IntSupplier asking;
    private int columns;

    /**
     * Reads what the environment says.
     *
     * @param terminal whether standard output or standard error is a terminal, which can be asked for its width
     */
    public Screen(Map<String, String> environment, boolean terminal) {
        this(environment, terminal ? Asking.STTY : Asking.NOBODY);
    }

    /**
     * Reads what the environment says.
     *
     * @param asking the characters in a line of the terminal, once they are needed; 0 where there is no terminal
     */
    public Screen(Map<String, String> environment, IntSupplier asking) {
        this.environment = environment;
        this.asking = asking;
    }

    /** A class and no lambda: the first lambda of a fresh JVM costs milliseconds. */
    private enum Asking implements IntSupplier {
        NOBODY,
        STTY;

        @Override
        public int getAsInt() {
            return this == STTY ? asked() : 0;
        }
    }

    /** How pictures are coloured. */
    public enum Colours {
        /** Not at all. */
        NONE,
        /** With 256 fixed colours. */
        PALETTE,
        /** With 24 bits for a colour. */
        FULL
    }

    /** Whether it has no cursor that could be moved. */
    public boolean isDumb() {
        return "dumb".equals(environment.get("TERM"));
    }

    public Colours colours() {
        String term = environment.getOrDefault("TERM", "").toLowerCase(Locale.ROOT);
        if (environment.containsKey("NO_COLOR") || isDumb()) {
            return Colours.NONE;
        }
        String depth = environment.getOrDefault("COLORTERM", "");
        if (depth.equals("truecolor")
                || depth.equals("24bit")
                || term.endsWith("-direct")
                || environment.containsKey("WT_SESSION")) {
            return Colours.FULL;
        }
        return term.contains("256color") ? Colours.PALETTE : Colours.NONE;
    }

    /** Characters in a line: as the environment says, else as the terminal says, else {@value #USUAL_COLUMNS}. */
    public int columns() {
        if (columns == 0) {
            columns = number(environment.getOrDefault("COLUMNS", ""));
        }
        if (columns == 0) {
            columns = asking.getAsInt();
        }
        if (columns == 0) {
            columns = USUAL_COLUMNS;
        }
        return columns;
    }

    /** Characters in a line of running text. */
    public int textColumns() {
        return Math.clamp(columns(), MIN_COLUMNS, MAX_COLUMNS);
    }

    private static int number(String digits) {
        boolean isNumber = !digits.isEmpty()
                && digits.length() <= MOST_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Integer.parseInt(digits) : 0;
    }

    /** What {@code stty} says, or 0. */
    private static int asked() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return number(size.substring(size.indexOf(' ') + 1));
        } catch (IOException e) {
            return 0; // there is no such command, or no terminal to ask
        }
    }
}
