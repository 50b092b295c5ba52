package org.pixelllm.cli.terminal;

/** One line on a terminal that is overwritten again and again; nothing if standard error is not a terminal. */
public final class ProgressLine {

    private static final long EVERY_NANOS = 100_000_000L;
    private static final int CELLS = 24;
    private static final int LEAST_CELLS = 8;
    private static final String CLEAR = "\r\u001b[K";

    private final Terminal terminal;
    private final long start = System.nanoTime();
    private long shown = start;

    public ProgressLine(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Shows how far a job is, at most ten times a second.
     *
     * @param share how much is done, 0 to 1
     * @param words printed after the bar
     */
    public void show(double share, String words) {
        double seconds = (System.nanoTime() - start) / 1e9;
        show(share, words, seconds / Math.max(share, 1e-9) - seconds);
    }

    /** As {@link #show(double, String)}, where the time left is known better than from the share alone. */
    public void show(double share, String words, double left) {
        long now = System.nanoTime();
        if (!terminal.progress() || now - shown < EVERY_NANOS) {
            return;
        }
        shown = now;
        terminal.drawProgress(
                CLEAR + fitted(share, words, Double.isNaN(left) ? "" : ", " + Durations.words(left) + " left"));
    }

    /**
     * As much as a line has room for: the bar goes first, then the last of the words. The terminal's last cell stays
     * empty, because some begin a new line after it.
     */
    private String fitted(double share, String words, String left) {
        int room = terminal.screen().columns() - 1;
        String percent = (int) (100 * share) + " %  ";
        String line = percent + words + left;
        int cells = Math.min(CELLS, room - line.length() - 1);
        if (cells >= LEAST_CELLS) {
            int full = (int) (share * cells);
            return "█".repeat(full) + "░".repeat(cells - full) + " " + line;
        }
        String kept = words;
        while (line.length() > room && kept.contains(", ")) {
            kept = kept.substring(0, kept.lastIndexOf(", "));
            line = percent + kept + left;
        }
        if (line.length() > room) {
            line = percent + kept;
        }
        return line.length() > room ? line.substring(0, Math.max(0, room)) : line;
    }

    /** Takes the line away. */
    public void clear() {
        if (terminal.progress()) {
            terminal.drawProgress(CLEAR);
        }
    }
}
