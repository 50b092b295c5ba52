package org.pixelllm.cli.storage;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Moves files so that at every moment a complete file is in the old place or in the new one. What is moved is never opened but
 * for copying a regular file to another file system: to open a pipe would wait, and a device may have no end.
 */
public final class AtomicMoves {

    private static final String TEMPORARY = ".moving-";

    private AtomicMoves() {}

    /**
     * Moves a file into another folder, and replaces a file of that name.
     *
     * @return false if the file no longer exists
     * @throws IOException with one sentence; the file is then where it was
     */
    public static boolean move(Path from, Path to) throws IOException {
        try {
            return rename(from, to) || copy(from, to);
        } catch (NoSuchFileException e) {
            if (Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
                throw refused(from, to, "its folder does not exist", e);
            }
            return false;
        } catch (FileSystemException e) {
            throw refused(from, to, e.getReason() == null ? "no permission" : e.getReason(), e);
        }
    }

    /**
     * Renames a file.
     *
     * @return false where the other place is on another file system
     */
    public static boolean rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (AtomicMoveNotSupportedException e) {
            return false;
        }
    }

    /** To another file system: the copy is whole before it has its name, and has its name before the original goes. */
    private static boolean copy(Path from, Path to) throws IOException {
        BasicFileAttributes what = Files.readAttributes(from, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!what.isRegularFile() && !what.isSymbolicLink()) {
            throw new FileSystemException(
                    from.toString(), null, "it is a pipe, socket or device, and the other folder is on another disk");
        }
        if (Files.isDirectory(to, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(from.toString(), null, "a folder is in its place");
        }
        Path beside = to.resolveSibling(TEMPORARY + Long.toHexString(System.nanoTime()));
        try {
            Files.copy(from, beside, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
            Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(beside);
        }
        try {
            Files.delete(from);
        } catch (IOException e) {
            Files.deleteIfExists(to);
            throw e;
        }
        return true;
    }

    private static IOException refused(Path from, Path to, String why, IOException cause) {
        return new IOException(
                from + ": cannot be moved to " + to + ": " + why + ". Check the permissions of both folders.", cause);
    }

    /** Whether this is a copy, left by a process that was stopped while it made it. */
    public static boolean isUnfinished(Path file) {
        return file.getFileName().toString().startsWith(TEMPORARY);
    }
}
