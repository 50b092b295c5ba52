package org.pixelllm.protocol.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The locks of temporary files. A file that is being written is locked by the process that writes it; one that nobody has
 * locked was left by a process that was killed, and whoever finds it removes it.
 */
final class WriterLock {

    static final String PREFIX = ".pixel-llm-";
    static final String SUFFIX = ".tmp";

    /** Files that this process writes: to look at their locks would give them up, as POSIX has it. */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    /** How many names of a folder are looked at: to look for what is left must not cost more than the writing. */
    private static final int MOST_NAMES = 10_000;

    /** Folders that this process has cleaned. */
    private static final Set<Path> CLEANED = ConcurrentHashMap.newKeySet();

    private WriterLock() {}

    /**
     * Makes a temporary file's lock.
     *
     * @param file just made, open as channel; until it is closed nobody removes it
     * @return false where somebody has removed it before it was locked, so that another has to be made
     */
    static boolean take(Path file, FileChannel channel) {
        OWN.add(file);
        try {
            channel.lock();
        } catch (IOException | OverlappingFileLockException e) {
            return true; // a file system without locks, where nobody can find it unlocked either
        }
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Forgets a file that is no longer written. */
    static void release(Path file) {
        OWN.remove(file);
    }

    /** Removes what killed processes have left in a folder, the first time that this process writes there. */
    static void clean(@Nullable Path folder) {
        if (folder != null && CLEANED.add(folder)) {
            removeUnfinished(folder);
        }
    }

    /** Removes what killed processes have left in a folder. */
    static void removeUnfinished(Path folder) {
        // Without a pattern or a lambda: the first of either costs a fresh JVM milliseconds.
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            int names = 0;
            for (Path each : all) {
                if (names++ == MOST_NAMES) {
                    return;
                }
                String name = String.valueOf(each.getFileName());
                if (name.startsWith(PREFIX) && name.endsWith(SUFFIX)) {
                    removeIfLeft(each.toAbsolutePath());
                }
            }
        } catch (IOException | RuntimeException e) {
            // Not to be listed: then nothing is removed.
        }
    }

    private static void removeIfLeft(Path file) {
        if (OWN.contains(file) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | OverlappingFileLockException e) {
            // Another user's, or on a file system without locks: left as it is.
        }
    }
}
