package org.pixelllm.engine.serve;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.file.FileState;

/**
 * The model of a cartridge for a program that runs for long: once another file has taken the cartridge's place, it can be
 * renewed. Any thread may lend the model or renew it; one that is lent stays open until it is given back.
 */
public final class CurrentModel implements AutoCloseable {

    private final Opener opener;
    private volatile Held held;
    private @Nullable FileState refused; // what could not be opened

    /** Opens the cartridge that the model comes from, always of the same path. */
    @FunctionalInterface
    public interface Opener {
        /** Opens it. */
        PixelLlm open() throws IOException;
    }

    /** A model, and how many have it. */
    private static final class Held {

        private final PixelLlm model;
        private int lent;
        private boolean over;

        Held(PixelLlm model) {
            this.model = model;
        }

        synchronized void lend() {
            lent++;
        }

        synchronized void giveBack() {
            lent--;
            closeIfUnused();
        }

        /** Nobody is lent it any more. */
        synchronized void end() {
            over = true;
            closeIfUnused();
        }

        private void closeIfUnused() {
            if (over && lent == 0) {
                model.close();
            }
        }
    }

    /** Opens the first. */
    public CurrentModel(Opener opener) throws IOException {
        this.opener = opener;
        this.held = new Held(opener.open());
    }

    /**
     * The model that answers now, to look at: it may be closed at any moment, and still says what it was. To compute with it,
     * lend it.
     */
    public PixelLlm get() {
        return held.model;
    }

    /** Lends the model that answers now. Closing it gives it back. */
    @MustBeClosed
    public PixelLlm lend() {
        return lend(get().cartridge().file(), () -> false);
    }

    /**
     * Lends the model that answers now to somebody who may be stopped. Closing it gives it back.
     *
     * @param file what its file is called in messages
     * @param stopped is asked before each step; once it says true, steps throw a
     *     {@link java.util.concurrent.CancellationException}
     */
    @MustBeClosed
    public synchronized PixelLlm lend(String file, BooleanSupplier stopped) {
        Held lender = held;
        lender.lend();
        return lender.model.lent(file, stopped, lender::giveBack);
    }

    /** Whether a model that was lent is the one that answers now. */
    public boolean isCurrent(PixelLlm lent) {
        return lent.cartridge() == get().cartridge();
    }

    /** Whether the cartridge's name stands for another file now, which has not been tried yet. */
    public synchronized boolean isReplaced() {
        if (get().cartridge().change() != FileState.Change.REPLACED) {
            return false;
        }
        FileState now = state();
        return now != null && !now.equals(refused);
    }

    private @Nullable FileState state() {
        try {
            return FileState.of(get().cartridge().path());
        } catch (UnreadableFileException e) {
            return null;
        }
    }

    /**
     * Opens the file that has taken the cartridge's place. The model before it is closed once nobody has it.
     *
     * @throws IOException where it cannot be opened; the model stays the one before, and the file is not tried again
     */
    public synchronized void renew() throws IOException {
        FileState tried = state();
        PixelLlm next;
        try {
            next = opener.open();
        } catch (IOException | RuntimeException e) {
            refused = tried;
            throw e;
        }
        Held before = held;
        held = new Held(next);
        before.end();
    }

    /** Closes the model once nobody has it. */
    @Override
    public synchronized void close() {
        held.end();
    }
}
