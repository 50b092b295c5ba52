package org.pixelllm.cli.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Shows others that a file is being written over some time: a locked file beside it, for as long. The system releases the lock
 * of a process that was killed, so that who follows the file need not wait for it.
 */
public final class Writing implements AutoCloseable {

    private static final String SUFFIX = ".writing";

    private static final int ATTEMPTS = 10;
    private static final long ATTEMPT_MILLIS = 10;

    private final Path beside;
    private final @Nullable ProcessLock lock;

    private Writing(Path beside, @Nullable ProcessLock lock) {
        this.beside = beside;
        this.lock = lock;
    }

    private static Path beside(Path file) {
        return file.resolveSibling("." + file.getFileName() + SUFFIX);
    }

    /**
     * Begins. Where the place has no room for a lock, or another process holds it, it is done without.
     *
     * @param file that will be written; its folder is made where that is missing
     */
    public static Writing of(Path file) {
        Path beside = beside(file);
        try {
            Path folder = beside.toAbsolutePath().getParent();
            if (folder != null && !Files.isDirectory(folder)) {
                Files.createDirectory(folder);
            }
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                ProcessLock lock = ProcessLock.tryTake(beside);
                if (lock != null && Files.exists(beside)) {
                    return new Writing(beside, lock);
                }
                if (lock != null) {
                    lock.close(); // somebody has just removed what a killed writer left
                }
                Thread.sleep(ATTEMPT_MILLIS); // or only looks at it
            }
        } catch (IOException e) {
            return new Writing(beside, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Writing(beside, null);
    }

    /** What can be seen of a file's writer. */
    public enum Writer {
        /** It is at work. */
        WRITES,
        /** It ended without a word. */
        GONE,
        /** Nothing: there is none, or it shows nothing. */
        UNKNOWN
    }

    /** What can be seen of the writer of a file now. */
    public static Writer writer(Path file) {
        try (FileChannel channel = FileChannel.open(beside(file), StandardOpenOption.READ);
                FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null ? Writer.WRITES : Writer.GONE;
        } catch (OverlappingFileLockException e) {
            return Writer.WRITES; // another thread of this process
        } catch (IOException e) {
            return Writer.UNKNOWN;
        }
    }

    /** Removes what a writer that is gone has left of this. */
    public static void forget(Path file) {
        Path beside = beside(file);
        try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(beside);
            }
        } catch (IOException | OverlappingFileLockException e) {
            // Another user's: it stays.
        }
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            Files.deleteIfExists(beside);
            lock.close();
        }
    }
}
