package org.pixelllm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.Pixels;
import org.pixelllm.protocol.Png;
import org.pixelllm.protocol.PngLimits;
import org.pixelllm.protocol.Prediction;
import org.pixelllm.protocol.PxiException;
import org.pixelllm.protocol.PxiFiles;
import org.pixelllm.protocol.SequenceImage;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/** Follows a sequence image while it grows. */
final class WatchCommand extends Command {

    private static final long POLL_MILLISECONDS = 20;

    /** For so long a file may be unsound: its writer may not replace it whole. */
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    /** Pixels in a line of the picture. */
    private static final int WIDTH = 64;

    private static final String STOP = "Stop";

    private final Value<Path> file = file("FILE.pxi", "The sequence; waited for where it is not there yet.");
    private final Spelling spelling = new Spelling(this);

    private List<Prediction> shown = List.of();

    WatchCommand(Terminal terminal) {
        super("watch", "Follow an output sequence while a model speaks, until it stops.", terminal);
    }

    /** What tells one state of a file from another: a replaced one has another key. */
    private record Mark(long time, long size, @Nullable Object key) {}

    @Override
    public Integer call() throws IOException {
        Path path = file.get();
        Mark seen = null;
        long soundAt = System.nanoTime();
        while (true) {
            Mark mark = mark(path);
            if (mark == null && seen == null && verbose()) {
                terminal.err().println("waiting for " + path);
            }
            if (mark != null && !mark.equals(seen)) {
                try {
                    Png png = PxiFiles.read(path, PngLimits.PROTOCOL, PxiFiles.MAX_IMAGE_FILE_BYTES);
                    String stop = png.text().get(STOP);
                    show(SequenceImage.decode(png, path.toString()), spelling.of(png), stop);
                    if (stop != null) {
                        return ExitCode.OK;
                    }
                    seen = mark;
                    soundAt = System.nanoTime();
                } catch (PxiException e) {
                    if (System.nanoTime() - soundAt > PATIENCE_NANOS) {
                        throw e;
                    }
                }
            } else {
                soundAt = System.nanoTime();
            }
            try {
                Thread.sleep(POLL_MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return ExitCode.OK;
            }
        }
    }

    private static @Nullable Mark mark(Path path) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Mark(attributes.lastModifiedTime().toMillis(), attributes.size(), attributes.fileKey());
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw PxiFiles.unreadable(path, e);
        }
    }

    private void show(SequenceImage image, @Nullable Tokenizer tokenizer, @Nullable String stop) {
        if (terminal.pictures()) {
            picture(image, tokenizer, stop);
        } else {
            lines(image.tokens(), tokenizer, stop);
        }
    }

    /** From the upper left corner: the text, the pixels, how far it is. What was there before is overwritten. */
    private void picture(SequenceImage image, @Nullable Tokenizer tokenizer, @Nullable String stop) {
        StringBuilder screen = new StringBuilder(shown.isEmpty() ? "\u001b[2J" : "").append("\u001b[H");
        screen.append(Shown.text(image.ids(), tokenizer)).append("\u001b[K\n\u001b[K\n");
        for (String line : Shown.picture(folded(image.toPixels()))) {
            screen.append(line).append("\u001b[K\n");
        }
        screen.append("\u001b[K\n").append(state(image.tokens().size(), stop)).append("\u001b[K\n\u001b[J");
        terminal.out().print(screen);
        terminal.out().flush();
        shown = image.tokens();
    }

    private static String state(int tokens, @Nullable String stop) {
        return tokens + " tokens" + (stop == null ? " …" : ", stopped: " + stop);
    }

    /** One row as several of {@value #WIDTH} pixels. */
    private static Pixels folded(Pixels row) {
        int height = (row.width() + WIDTH - 1) / WIDTH;
        Pixels folded = Pixels.black(Math.min(WIDTH, row.width()), height);
        System.arraycopy(row.rgb(), 0, folded.rgb(), 0, row.rgb().length);
        return folded;
    }

    /** A line for each token that is new; all of them where another text has begun. */
    private void lines(List<Prediction> tokens, @Nullable Tokenizer tokenizer, @Nullable String stop) {
        int known = shown.size();
        if (known > tokens.size() || !tokens.subList(0, known).equals(shown)) {
            terminal.out().println();
            known = 0;
        }
        for (int i = known; i < tokens.size(); i++) {
            terminal.out().println(Shown.line(i + 1, tokens.get(i), tokenizer));
        }
        if (stop != null) {
            terminal.out().println(state(tokens.size(), stop));
        }
        terminal.out().flush();
        shown = tokens;
    }
}
