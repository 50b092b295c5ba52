package org.pixelllm.protocol.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.png.HeapSpace;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngDecoder;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.protocol.png.PngSignature;

/** Pixel files on disk: read with bounds, written whole or not at all. */
public final class PxiFiles {

    /** The largest file that a protocol image may be: more than its most pixels take uncompressed. */
    public static final long MAX_IMAGE_FILE_BYTES = 16L << 20;

    /** The largest file that is read into memory at all. */
    private static final long MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

    private PxiFiles() {}

    /** A class and no lambda: the first lambda of a fresh JVM costs milliseconds. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record ArrayWriter(byte[] bytes) implements ChannelWriter {

        @Override
        public void writeTo(FileChannel channel) throws IOException {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        }
    }

    /** Writes a file's bytes to an open channel. */
    @FunctionalInterface
    public interface ChannelWriter {
        /** Writes them all, from the position of the channel. */
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Reads and decodes a PNG.
     *
     * @param limits the largest picture to accept
     * @param maxFileBytes the largest file to accept; a larger one is refused before it is read
     * @throws UnreadableFileException the file is missing, not permitted, or not a regular file
     * @throws PxiException as {@link PngDecoder#decode} says
     */
    public static Png read(Path file, PngLimits limits, long maxFileBytes) throws PxiException {
        ByteBuffer bytes;
        try {
            requireRegular(file, Files.readAttributes(file, BasicFileAttributes.class));
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                int size = (int) requireSize(file, channel, Math.min(maxFileBytes, MAX_ARRAY_BYTES));
                requireMemory(file, size);
                bytes = readUpTo(channel, size);
            }
        } catch (PxiException e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        return PngDecoder.decode(bytes, file.toString(), limits);
    }

    /**
     * Writes a file: its bytes go to a new file beside its place, which then takes that place in one step, so that a
     * reader sees the old file or the new one and nothing between. A missing folder is made inside one that
     * exists. A link is followed: what it points at is replaced. A device or pipe has no place to take and is written
     * to directly.
     *
     * @throws IOException with one sentence that names the file, what went wrong and what to do
     */
    public static void write(Path file, byte[] bytes) throws IOException {
        WholeFile.write(file, new ArrayWriter(bytes), false);
    }

    /**
     * As {@link #write(Path, byte[])}, for a file too large for one array. It is also forced to the disk before it
     * takes its place, because it is costly to make again.
     */
    public static void write(Path file, ChannelWriter writer) throws IOException {
        WholeFile.write(file, writer, true);
    }

    /**
     * Finds out whether a regular file could be written, for work that takes long before there is anything to write.
     * A missing folder is made inside one that exists.
     *
     * @throws IOException with one sentence that names the file, what went wrong and what to do
     */
    public static void requireWritable(Path file) throws IOException {
        WholeFile.requireWritable(file);
    }

    /**
     * Removes the temporary files of writers that were killed in a folder; those that are being written stay. Every write
     * does so too, the first time that a process writes to a folder.
     */
    public static void removeUnfinished(Path folder) {
        WriterLock.removeUnfinished(folder);
    }

    /** Says in one exception why a file could not be read. */
    public static UnreadableFileException unreadable(Path file, IOException cause) {
        UnreadableFileException e = new UnreadableFileException(fault(file, cause));
        e.initCause(cause);
        return e;
    }

    private static Fault fault(Path file, IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return Files.isSymbolicLink(file)
                    ? fault(file, "a link to a file that does not exist", "Make the link point at the file.")
                    : fault(file, "no such file", "Check the name and the folder.");
        }
        if (cause instanceof AccessDeniedException) {
            return fault(file, "no permission to read it", "Grant read permission on the file and its folders.");
        }
        String why = WholeFile.reason(cause);
        if (why.contains("symbolic links")) {
            return fault(file, "a loop of links", "Make the link point at a file.");
        }
        return fault(file, why, "Check the name, and that the disk and folder can be read.");
    }

    private static Fault fault(Path file, String found, String remedy) {
        return new Fault(file.toString(), "file", "a file that can be read", found, remedy);
    }

    /**
     * Checks that something can be opened and read as a file.
     *
     * @throws UnreadableFileException it is missing, not permitted, a directory, a pipe, socket or device
     */
    public static void requireRegular(Path file) throws UnreadableFileException {
        try {
            requireRegular(file, Files.readAttributes(file, BasicFileAttributes.class));
        } catch (UnreadableFileException e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static void requireRegular(Path file, BasicFileAttributes attributes) throws UnreadableFileException {
        if (attributes.isDirectory()) {
            throw new UnreadableFileException(fault(file, "a directory", "Name a file in it."));
        }
        if (!attributes.isRegularFile()) {
            // Opening a pipe would wait for a writer, perhaps for ever.
            throw new UnreadableFileException(
                    fault(file, "not a regular file, but a pipe, socket or device", "Save the bytes to a file first."));
        }
    }

    private static ByteBuffer readUpTo(FileChannel channel, int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
            // read on
        }
        return bytes.flip();
    }

    /** The size of a file, which is one that is read here. */
    static long requireSize(Path file, FileChannel channel, long most) throws IOException {
        long size = channel.size();
        if (size > most) {
            PngSignature.require(readUpTo(channel, PngSignature.HEAD_BYTES), file.toString());
            throw new InvalidContentException(new Fault(
                    file.toString(),
                    "file",
                    "at most " + most + " bytes",
                    size + " bytes, over the limit",
                    "Is this the file you meant? A file this large is not read here."));
        }
        return size;
    }

    private static void requireMemory(Path file, int size) throws InvalidContentException {
        if (!HeapSpace.holds(size)) {
            throw new InvalidContentException(new Fault(
                    file.toString(),
                    "file",
                    "a file that fits in memory, of which " + HeapSpace.left() + " bytes are left",
                    size + " bytes",
                    "Is this the file you meant? " + HeapSpace.REMEDY));
        }
    }
}
