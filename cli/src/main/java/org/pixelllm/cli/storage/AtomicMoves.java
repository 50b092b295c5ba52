package org.pixelllm.cli.storage;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Moves files so that at every moment a complete file is in the old place or in the new one. */
public final class AtomicMoves {

    private static final String TEMPORARY = ".moving-";

    private AtomicMoves() {}

    /**
     * Moves a file into another folder, and replaces a file of that name.
     *
     * @return false if the file no longer exists
     */
    public static boolean move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return false;
        } catch (AtomicMoveNotSupportedException e) {
            // Another file system: the copy is whole before it has its name, and the name before the original goes.
            Path beside = to.resolveSibling(TEMPORARY + to.getFileName());
            Files.copy(from, beside, StandardCopyOption.REPLACE_EXISTING);
            Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE);
            Files.delete(from);
        } catch (FileSystemException e) {
            String why = e.getReason() == null ? "no permission" : e.getReason();
            throw new IOException(
                    from + ": cannot be moved to " + to + ": " + why + ". Check the permissions of both folders.", e);
        }
        return true;
    }

    /** Whether this is a temporary file, left by a process that was stopped while it wrote. */
    public static boolean isUnfinished(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(TEMPORARY) || (name.startsWith(".pixel-llm-") && name.endsWith(".tmp"));
    }
}
