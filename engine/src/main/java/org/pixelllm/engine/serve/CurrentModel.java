package org.pixelllm.engine.serve;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.file.FileState;

/**
 * The model of a cartridge for a program that runs for long: once another file has taken the cartridge's place, it can be
 * renewed. Any thread may ask for the model; one thread renews it, while nothing runs on it.
 */
public final class CurrentModel implements AutoCloseable {

    private final Opener opener;
    private volatile PixelLlm model;
    private @Nullable FileState refused; // what could not be opened

    /** Opens the cartridge that the model comes from, always of the same path. */
    @FunctionalInterface
    public interface Opener {
        /** Opens it. */
        PixelLlm open() throws IOException;
    }

    /** Opens the first. */
    public CurrentModel(Opener opener) throws IOException {
        this.opener = opener;
        this.model = opener.open();
    }

    /** The model that answers now. One that was got before a renewal is closed, but still says what it was. */
    public PixelLlm get() {
        return model;
    }

    /** Whether the cartridge's name stands for another file now, which has not been tried yet. */
    public boolean isReplaced() {
        if (model.cartridge().change() != FileState.Change.REPLACED) {
            return false;
        }
        FileState now = state();
        return now != null && !now.equals(refused);
    }

    private @Nullable FileState state() {
        try {
            return FileState.of(model.cartridge().path());
        } catch (UnreadableFileException e) {
            return null;
        }
    }

    /**
     * Opens the file that has taken the cartridge's place, and closes the model before it. Nothing may run on that.
     *
     * @throws IOException where it cannot be opened; the model stays the one before, and the file is not tried again
     */
    public void renew() throws IOException {
        FileState tried = state();
        PixelLlm next;
        try {
            next = opener.open();
        } catch (IOException | RuntimeException e) {
            refused = tried;
            throw e;
        }
        PixelLlm before = model;
        model = next;
        before.close();
    }

    @Override
    public void close() {
        model.close();
    }
}
