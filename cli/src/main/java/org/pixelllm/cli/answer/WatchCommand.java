package org.pixelllm.cli.answer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.storage.Writing;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ConsoleText;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Spelling;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.TokenizerOption;
import org.pixelllm.cli.terminal.TryAgainException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.Shown;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.file.FileState;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngLimits;

/** Follows a sequence image while it grows. */
public final class WatchCommand extends Command {

    private static final long POLL_MILLISECONDS = 20;

    /** How long a file may be invalid: its writer may not replace it as a whole. */
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    /** Most pixels in a line of the picture. */
    private static final int WIDTH = 64;

    /** Characters of text above the picture. */
    private static final int TEXT_LENGTH = 800;

    /** Rows of pixels in the picture. */
    private static final int HEIGHT = 24;

    private static final String STOP = "Stop";

    private final Value<Path> file = file("FILE.pxi", "The sequence; if it does not exist yet, it is waited for.");
    private final TokenizerOption tokenizer = new TokenizerOption(this);

    /** How long a writer must be gone to be given up. */
    private static final long GONE_NANOS = 300_000_000L;

    private List<Prediction> shown = List.of();
    private boolean writes; // whether its writer has been seen at work
    private long goneAt; // as System.nanoTime counts; 0 while there is a writer

    public WatchCommand(Terminal terminal) {
        super("watch", "Follow an output sequence while it is generated, until it stops.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        Path path = file.get();
        FileState seen = null;
        long soundAt = System.nanoTime();
        if (verbose() && FileState.of(path) == null) {
            terminal.err().println("waiting for " + path);
        }
        while (true) {
            FileState now = FileState.of(path);
            if (now != null && !now.equals(seen)) {
                try {
                    Png png = PxiFiles.read(path, PngLimits.PROTOCOL, PxiFiles.MAX_IMAGE_FILE_BYTES);
                    String stop = png.text().get(STOP);
                    show(SequenceImage.decode(png, path.toString()), tokenizer.of(png), stop);
                    if (stop != null) {
                        return ExitCode.OK;
                    }
                    seen = now;
                    soundAt = System.nanoTime();
                } catch (PxiException e) {
                    if (System.nanoTime() - soundAt > PATIENCE_NANOS) {
                        throw e;
                    }
                }
            } else {
                soundAt = System.nanoTime();
            }
            requireWriter(path, now, seen);
            try {
                Thread.sleep(POLL_MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return ExitCode.OK;
            }
        }
    }

    /**
     * Notices a writer that has ended without a word.
     *
     * @param now the file's state before its writer was looked at
     * @param seen the state that was shown last
     */
    private void requireWriter(Path path, @Nullable FileState now, @Nullable FileState seen)
            throws UnreadableFileException {
        Writing.Writer writer = Writing.writer(path);
        boolean ended = writer == Writing.Writer.GONE || (writer == Writing.Writer.UNKNOWN && writes);
        writes |= writer == Writing.Writer.WRITES;
        if (!ended) {
            goneAt = 0;
        } else if (goneAt == 0) {
            goneAt = System.nanoTime(); // perhaps it has only just begun, or written its last
        } else if (System.nanoTime() - goneAt > GONE_NANOS
                && Objects.equals(now, seen)
                && Objects.equals(now, FileState.of(path))) {
            Writing.forget(path);
            if (now == null && !writes) {
                return; // of an earlier one; the next is waited for
            }
            throw new TryAgainException(path + ": its writer is gone, and has not said that it stopped: "
                    + (now == null ? "there is no sequence" : "these are the tokens that it had written")
                    + ". Generate it again.");
        }
    }

    private void show(SequenceImage image, Spelling spelling, @Nullable String stop) {
        if (terminal.pictures()) {
            picture(image, spelling, stop);
        } else {
            lines(image.tokens(), spelling, stop);
        }
    }

    /** From the upper left corner: the text, the pixels, how far it is. What was there before is overwritten. */
    private void picture(SequenceImage image, Spelling spelling, @Nullable String stop) {
        StringBuilder screen = new StringBuilder(shown.isEmpty() ? "\u001b[2J" : "").append("\u001b[H");
        screen.append(Shown.text(last(spelling.text(image.ids(), false)))).append("\u001b[K\n\u001b[K\n");
        for (String line : ConsoleText.picture(
                folded(image.tokenPixels(), Math.min(WIDTH, terminal.screen().columns())),
                terminal.screen().colours())) {
            screen.append(line).append("\u001b[K\n");
        }
        screen.append("\u001b[K\n").append(state(image.tokens().size(), stop)).append("\u001b[K\n\u001b[J");
        terminal.draw(screen.toString());
        shown = image.tokens();
    }

    /** The end of a long text, so that the picture below it stays in view. */
    private static String last(String text) {
        int from = Math.max(0, text.length() - TEXT_LENGTH);
        return (from == 0 ? "" : "…") + text.substring(from);
    }

    private static String state(int tokens, @Nullable String stop) {
        return tokens + " tokens" + (stop == null ? " …" : ", stopped: " + Shown.word(stop));
    }

    /** One row as several of some width; of a long one the last {@value #HEIGHT}. */
    private static Pixels folded(Pixels row, int width) {
        int height = (row.width() + width - 1) / width;
        int hidden = Math.max(0, height - HEIGHT) * width;
        Pixels folded = Pixels.black(Math.min(width, row.width()), Math.min(HEIGHT, height));
        System.arraycopy(row.rgb(), 3 * hidden, folded.rgb(), 0, row.rgb().length - 3 * hidden);
        return folded;
    }

    /** A line for each token that is new; all of them if it is another text. */
    private void lines(List<Prediction> tokens, Spelling spelling, @Nullable String stop) {
        int known = shown.size();
        if (known > tokens.size() || !tokens.subList(0, known).equals(shown)) {
            terminal.out().println();
            known = 0;
        }
        for (int i = known; i < tokens.size(); i++) {
            terminal.out().println(ConsoleText.line(i + 1, tokens.get(i), spelling));
        }
        if (stop != null) {
            terminal.out().println(state(tokens.size(), stop));
        }
        terminal.out().flush();
        shown = tokens;
    }
}
