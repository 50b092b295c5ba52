package org.pixelllm.protocol.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.UnreadableFileException;

/**
 * What tells one state of a file from another, without reading it.
 *
 * @param key the file system's number for it, which a replaced file does not keep; null where there is none
 * @param size in bytes
 * @param modified when its content was last changed, as anybody may set it
 * @param changed when the system last changed anything of it, which nobody can set; null where that is not known
 */
public record FileState(
        @Nullable Object key,
        long size,
        FileTime modified,
        @Nullable FileTime changed) {

    private static final String VIEW = "unix";

    /** What has become of a file since. */
    public enum Change {
        /** Nothing: it is the same file with the same content. */
        NONE,
        /** Its name stands for another file, or for none. Whoever has the old one open still has all of it. */
        REPLACED,
        /** It is the same file with another content, for all who have it open too. */
        OVERWRITTEN
    }

    /**
     * The state of a file, or of the file that a link points at.
     *
     * @return null where it does not exist
     */
    public static @Nullable FileState of(Path file, LinkOption... options) throws UnreadableFileException {
        try {
            if (file.getFileSystem().supportedFileAttributeViews().contains(VIEW)) {
                Map<String, Object> all =
                        Files.readAttributes(file, VIEW + ":fileKey,size,lastModifiedTime,ctime", options);
                return new FileState(
                        all.get("fileKey"),
                        (Long) Objects.requireNonNull(all.get("size")),
                        (FileTime) Objects.requireNonNull(all.get("lastModifiedTime")),
                        (FileTime) all.get("ctime"));
            }
            BasicFileAttributes basic = Files.readAttributes(file, BasicFileAttributes.class, options);
            return new FileState(basic.fileKey(), basic.size(), basic.lastModifiedTime(), null);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw PxiFiles.unreadable(file, e);
        }
    }

    /**
     * Whether a file was only renamed meanwhile, which changes the system's time of it and nothing else.
     *
     * @param now its state under its new name, null where it does not exist
     */
    public boolean isUnmoved(@Nullable FileState now) {
        return now != null && Objects.equals(key, now.key) && size == now.size && modified.equals(now.modified);
    }

    /**
     * What has become of a file that was in this state.
     *
     * @param now its state, null where it does not exist
     */
    public Change until(@Nullable FileState now) {
        if (equals(now)) {
            return Change.NONE;
        }
        return now == null || !Objects.equals(key, now.key) ? Change.REPLACED : Change.OVERWRITTEN;
    }
}
