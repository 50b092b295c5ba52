package org.pixelllm.cli.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A lock whose file is there only while somebody holds it, or was killed. The holder removes the file, so whoever takes a
 * lock makes sure that its file still has its name.
 */
public final class TransientLock implements AutoCloseable {

    private final Path file;
    private final ProcessLock lock;

    private TransientLock(Path file, ProcessLock lock) {
        this.file = file;
        this.lock = lock;
    }

    /** The lock of a file that is to be written, the same for every name of its folder, and where the file is a link. */
    public static Path besides(Path file) throws IOException {
        Path place = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path folder = place.getParent();
        Path real = folder != null && Files.isDirectory(folder) ? folder.toRealPath() : folder;
        String name = place.getFileName() + ".lock";
        return real == null ? Path.of(name) : real.resolve(name);
    }

    /** Takes the lock; null if another holder has it. The file's folder must exist. */
    public static @Nullable TransientLock tryTake(Path file) throws IOException {
        while (true) {
            Files.write(file, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            Object before = identity(file);
            ProcessLock lock = ProcessLock.tryTake(file);
            if (lock == null) {
                return null;
            }
            Object after = identity(file);
            if (before != null && before.equals(after)) {
                return new TransientLock(file, lock);
            }
            lock.close(); // the holder before has removed the file meanwhile
        }
    }

    /** What tells the file of this name from one that has the name later; null where there is none. */
    private static @Nullable Object identity(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Object key = attributes.fileKey();
            return key == null ? attributes.creationTime() : key;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file); // while it is held: nobody else can have taken it
        lock.close();
    }
}
