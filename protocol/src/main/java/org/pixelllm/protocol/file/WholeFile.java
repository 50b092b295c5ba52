package org.pixelllm.protocol.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.PxiException;

/** Writes a file beside its place and renames it. */
final class WholeFile {

    /** As many links as Linux follows. */
    static final int MAX_LINKS = 40;

    private static final String DIRECTORY = "it is a directory";
    private static final String NO_PARENT = "there is no folder ";
    private static final String NO_FILE = "it is a pipe, socket or device";

    private static final AtomicInteger COUNTER = new AtomicInteger();

    private WholeFile() {}

    static void write(Path file, PxiFiles.ChannelWriter writer, boolean force) throws IOException {
        try {
            BasicFileAttributes present = attributes(file);
            if (present != null && present.isDirectory()) {
                throw new FileSystemException(file.toString(), null, DIRECTORY);
            }
            Descriptor descriptor = Descriptor.of(file);
            if (descriptor != null) {
                descriptor.write(writer);
            } else if (present != null && present.isOther()) {
                writeInto(file, writer);
            } else {
                replace(target(file), present != null, writer, force);
            }
        } catch (PxiException e) {
            throw e; // from the writer, about a file that it reads
        } catch (IOException e) {
            throw new IOException(explain(file, e), e);
        }
    }

    /** Finds out whether a regular file could be written, by making one beside it for a moment. */
    static void requireWritable(Path file) throws IOException {
        try {
            BasicFileAttributes present = attributes(file);
            if (present != null && (!present.isRegularFile() || Descriptor.of(file) != null)) {
                throw new FileSystemException(file.toString(), null, present.isDirectory() ? DIRECTORY : NO_FILE);
            }
            Path target = target(file);
            requireFolder(target, present != null);
            Path beside = besides(target);
            FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                    .close();
            Files.delete(beside);
        } catch (IOException e) {
            throw new IOException(explain(file, e), e);
        }
    }

    /** The operating system's words for a fault. */
    static String reason(IOException e) {
        String reason = e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    private static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Where the bytes belong: the end of a chain of links, which need not exist. */
    private static Path target(Path file) throws IOException {
        Path target = file.toAbsolutePath();
        for (int i = 0; i < MAX_LINKS && Files.isSymbolicLink(target); i++) {
            target = target.resolveSibling(Files.readSymbolicLink(target));
        }
        return target;
    }

    private static void writeInto(Path device, PxiFiles.ChannelWriter writer) throws IOException {
        try (FileChannel channel = FileChannel.open(device, StandardOpenOption.WRITE)) {
            writer.writeTo(channel);
        }
    }

    private static void replace(Path target, boolean exists, PxiFiles.ChannelWriter writer, boolean force)
            throws IOException {
        requireFolder(target, exists);
        WriterLock.clean(target.getParent());
        Path beside = besides(target);
        FileChannel made = create(beside, exists);
        while (!WriterLock.take(beside, made)) {
            made.close();
            WriterLock.release(beside);
            beside = besides(target);
            made = create(beside, exists);
        }
        place(new Temporary(beside, made), target, exists, writer, force);
    }

    /** A file that is being written. */
    private record Temporary(Path file, FileChannel channel) {}

    private static void place(
            Temporary temporary, Path target, boolean exists, PxiFiles.ChannelWriter writer, boolean force)
            throws IOException {
        Path beside = temporary.file;
        boolean placed = false;
        try {
            try (FileChannel channel = temporary.channel) {
                writer.writeTo(channel);
                if (force) {
                    channel.force(true);
                }
                if (exists) {
                    Ownership.keep(target, beside);
                }
                Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
                placed = true;
            }
        } finally {
            WriterLock.release(beside);
            if (!placed) {
                Files.deleteIfExists(beside);
            }
        }
    }

    /**
     * Makes a file anew or not at all: a name that another process has hit on is not ours to write.
     *
     * @param secret whether nobody else may read it until its permissions are known
     */
    private static FileChannel create(Path beside, boolean secret) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return secret && isPosix(beside)
                ? FileChannel.open(
                        beside,
                        options,
                        PosixFilePermissions.asFileAttribute(
                                EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)))
                : FileChannel.open(beside, options);
    }

    private static boolean isPosix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** Checks that a file may be replaced, and makes its folder where that is missing. */
    private static void requireFolder(Path target, boolean exists) throws IOException {
        if (exists && !Files.isWritable(target)) {
            // A rename would get past the permission of the file itself.
            throw new AccessDeniedException(target.toString());
        }
        Path folder = target.getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            makeInside(folder);
        }
    }

    /** Makes a folder in one that exists: a longer path that does not exist is more probably a slip. */
    private static void makeInside(Path folder) throws IOException {
        Path parent = folder.getParent();
        if (parent != null && Files.notExists(parent)) {
            throw new FileSystemException(folder.toString(), null, NO_PARENT + parent);
        }
        Files.createDirectories(folder);
    }

    /** A new name in a file's folder. */
    private static Path besides(Path target) {
        return target.resolveSibling(WriterLock.PREFIX + Long.toHexString(System.nanoTime()) + "-"
                + COUNTER.getAndIncrement() + WriterLock.SUFFIX);
    }

    private static String explain(Path file, IOException e) {
        if (e instanceof AccessDeniedException) {
            return sentence(file, "no permission", "Choose another place, or grant write permission on the folder");
        }
        if (e instanceof FileAlreadyExistsException) {
            return sentence(file, "a file is where its path needs a folder", "Choose another place");
        }
        if (e instanceof AtomicMoveNotSupportedException) {
            return sentence(file, "this file system cannot replace a file in one step", "Choose another disk");
        }
        String reason = reason(e);
        if (reason.equals(DIRECTORY)) {
            return sentence(file, reason, "Name a file in it");
        }
        if (reason.startsWith(NO_PARENT)) {
            return sentence(file, reason, "Check the name, or make that folder first");
        }
        if (reason.equals(NO_FILE)) {
            return sentence(file, reason, "Name a regular file");
        }
        return sentence(file, reason, "Choose another place, or make room there");
    }

    private static String sentence(Path file, String why, String remedy) {
        return file + ": cannot be written: " + why + ". " + remedy + ".";
    }
}
