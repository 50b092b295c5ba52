package org.pixelllm.cli.terminal;

/** One line on a terminal that is overwritten again and again; nothing if standard error is not a terminal. */
public final class ProgressLine {

    private static final long EVERY_NANOS = 100_000_000L;
    private static final int CELLS = 24;

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
        int full = (int) (share * CELLS);
        String bar = "█".repeat(full) + "░".repeat(CELLS - full);
        terminal.err()
                .print("\r\u001b[K" + bar + " " + (int) (100 * share) + " %  " + words
                        + (Double.isNaN(left) ? "" : ", " + Durations.words(left) + " left"));
        terminal.err().flush();
    }

    /** Takes the line away. */
    public void clear() {
        if (terminal.progress()) {
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
        }
    }
}
