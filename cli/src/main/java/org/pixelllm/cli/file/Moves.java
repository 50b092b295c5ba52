package org.pixelllm.cli.file;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Moves files so that each stands in its old place or in its new one, whole. */
public final class Moves {

    private static final String TEMPORARY = ".moving-";

    private Moves() {}

    /**
     * Moves a file into another folder, in the place of one that may be there.
     *
     * @return whether it was still there to be moved
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
            throw new IOException(from + ": cannot be moved to " + to + ": " + why + ".", e);
        }
        return true;
    }

    /** Whether a name is that of a file that somebody who was stopped did not finish. */
    public static boolean isUnfinished(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(TEMPORARY) || (name.startsWith(".pixel-llm-") && name.endsWith(".tmp"));
    }
}
