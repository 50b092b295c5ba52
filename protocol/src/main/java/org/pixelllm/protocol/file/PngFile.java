package org.pixelllm.protocol.file;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.protocol.png.PngReader;

/** A PNG file that is open, of which little is in memory until its pixels are asked for. */
public final class PngFile implements AutoCloseable {

    private final FileChannel channel;
    private final PngReader png;

    private PngFile(FileChannel channel, PngReader png) {
        this.channel = channel;
        this.png = png;
    }

    /**
     * Opens a file and checks its chunks.
     *
     * @param limits the largest picture to accept
     * @param maxBytes the largest file to accept; a larger one is refused before it is read
     * @throws PxiException the file cannot be read, is no PNG, breaks a rule of PNG, or is over the limits
     */
    @MustBeClosed
    public static PngFile open(Path file, PngLimits limits, long maxBytes) throws PxiException {
        PxiFiles.requireRegular(file);
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                PxiFiles.requireSize(file, channel, maxBytes);
                return new PngFile(channel, PngReader.of(channel, file.toString(), limits));
            } catch (PxiException | RuntimeException | Error e) {
                channel.close();
                throw e;
            }
        } catch (PxiException e) {
            throw e;
        } catch (IOException e) {
            throw PxiFiles.unreadable(file, e);
        }
    }

    /** The picture, as long as this is open. */
    public PngReader png() {
        return png;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It was only read.
        }
    }
}
