package org.pixelllm.protocol.file;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
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
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.PxiException;

/** Writes a file beside its place and renames it. */
final class WholeFile {

    /** As many links as Linux follows. */
    private static final int MAX_LINKS = 40;

    /** What a process's own descriptors are called. */
    private static final Pattern DESCRIPTOR = Pattern.compile(
            "/dev/fd/[0-9]+|/proc/(self|thread-self|" + ProcessHandle.current().pid() + ")/fd/[0-9]+");

    private static final String DIRECTORY = "it is a directory";
    private static final String NO_PARENT = "there is no folder ";
    private static final String NO_FILE = "it is a pipe, socket or device";

    private static final Set<PosixFilePermission> GROUP = EnumSet.of(
            PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE);

    private static final AtomicInteger COUNTER = new AtomicInteger();

    private WholeFile() {}

    static void write(Path file, PxiFiles.ChannelWriter writer, boolean force) throws IOException {
        try {
            BasicFileAttributes present = attributes(file);
            if (present != null && present.isDirectory()) {
                throw new FileSystemException(file.toString(), null, DIRECTORY);
            }
            Path descriptor = descriptor(file);
            if (descriptor != null) {
                writeInto(descriptor, writer);
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
            if (present != null && (!present.isRegularFile() || descriptor(file) != null)) {
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

    /**
     * The descriptor of this process that a path such as {@code /dev/stdout} leads to, or null. What it leads to in turn may
     * be a regular file, but that file is the caller's, opened as the caller wants it, and not to be replaced.
     */
    private static @Nullable Path descriptor(Path file) throws IOException {
        Path path = file.toAbsolutePath().normalize();
        for (int i = 0; i < MAX_LINKS; i++) {
            if (DESCRIPTOR.matcher(path.toString()).matches()) {
                return path;
            }
            if (!Files.isSymbolicLink(path)) {
                return null;
            }
            path = path.resolveSibling(Files.readSymbolicLink(path)).normalize();
        }
        return null;
    }

    private static void writeInto(Path device, PxiFiles.ChannelWriter writer) throws IOException {
        // To open a descriptor's path again would begin at the start of its file; these two are open already.
        String number = device.getFileName().toString();
        if (DESCRIPTOR.matcher(device.toString()).matches() && (number.equals("1") || number.equals("2"))) {
            // Not closed: others write to it too.
            writer.writeTo(
                    new FileOutputStream(number.equals("1") ? FileDescriptor.out : FileDescriptor.err).getChannel());
            return;
        }
        StandardOpenOption[] options = DESCRIPTOR.matcher(device.toString()).matches()
                ? new StandardOpenOption[] {StandardOpenOption.WRITE, StandardOpenOption.APPEND}
                : new StandardOpenOption[] {StandardOpenOption.WRITE};
        try (FileChannel channel = FileChannel.open(device, options)) {
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
                    keepOwnerAndPermissions(target, beside);
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

    /** The owner can be kept by root alone; a group that cannot be kept loses its permissions rather than give them to another. */
    private static void keepOwnerAndPermissions(Path from, Path to) throws IOException {
        PosixFileAttributeView before = Files.getFileAttributeView(from, PosixFileAttributeView.class);
        PosixFileAttributeView after = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (before == null || after == null) {
            return;
        }
        PosixFileAttributes kept = before.readAttributes();
        PosixFileAttributes made = after.readAttributes();
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        permissions.addAll(kept.permissions());
        if (!kept.group().equals(made.group())) {
            try {
                after.setGroup(kept.group());
            } catch (IOException e) {
                permissions.removeAll(GROUP);
            }
        }
        if (!kept.owner().equals(made.owner())) {
            try {
                after.setOwner(kept.owner());
            } catch (IOException e) {
                // Only root gives files away; the file is now the writer's.
            }
        }
        after.setPermissions(permissions);
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
