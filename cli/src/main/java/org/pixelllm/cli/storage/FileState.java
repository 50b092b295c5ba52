package org.pixelllm.cli.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.file.PxiFiles;

/**
 * What tells one state of a file from another, without reading it.
 *
 * @param time when it was last changed, in milliseconds
 * @param size in bytes
 * @param key the file system's number for it, which a replaced file does not keep; null where there is none
 */
public record FileState(long time, long size, @Nullable Object key) {

    /** The state of a file, or of the file that a link points at; null where it does not exist. */
    public static @Nullable FileState of(Path file, LinkOption... options) throws UnreadableFileException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class, options);
            return new FileState(attributes.lastModifiedTime().toMillis(), attributes.size(), attributes.fileKey());
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw PxiFiles.unreadable(file, e);
        }
    }
}
