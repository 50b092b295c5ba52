package org.pixelllm.protocol.png;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.TruncatedPxiException;
import org.pixelllm.protocol.fault.UnreadableFileException;

/** The bytes of a file, in memory or on disk. Offsets and counts lie within it. */
sealed interface PngBytes {

    /** How many there are. */
    long size();

    /** The most that {@link #part} gives at once. */
    int most();

    /** Some of them, valid until the next call. */
    ByteBuffer part(long at, int count) throws PxiException;

    default int getInt(long at) throws PxiException {
        return part(at, Integer.BYTES).getInt();
    }

    /** A copy of some of them, however many. */
    default byte[] copy(long at, int count) throws PxiException {
        byte[] copy = new byte[count];
        for (int done = 0; done < count; ) {
            int part = Math.min(most(), count - done);
            part(at + done, part).get(copy, done, part);
            done += part;
        }
        return copy;
    }

    /** A whole file in memory. */
    record InMemory(ByteBuffer all) implements PngBytes {

        @Override
        public long size() {
            return all.limit();
        }

        @Override
        public int most() {
            return Integer.MAX_VALUE;
        }

        @Override
        public int getInt(long at) {
            return all.getInt((int) at);
        }

        @Override
        public ByteBuffer part(long at, int count) {
            return all.slice((int) at, count);
        }
    }

    /**
     * A file on disk, of which a small part is in memory at any time. It is read and not mapped, since native code goes
     * through it: a mapped file that is cut meanwhile would end the process.
     */
    final class OnDisk implements PngBytes {

        private static final int BUFFER_BYTES = 1 << 16;

        private final FileChannel channel;
        private final String file;
        private final long size;
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
        private long start; // where the buffer's first byte stands in the file

        OnDisk(FileChannel channel, String file) throws PxiException {
            this.channel = channel;
            this.file = file;
            try {
                this.size = channel.size();
            } catch (IOException e) {
                throw unreadable(e);
            }
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public int most() {
            return BUFFER_BYTES;
        }

        @Override
        public ByteBuffer part(long at, int count) throws PxiException {
            if (at < start || at + count > start + buffer.limit()) {
                fill(at, count);
            }
            return buffer.slice((int) (at - start), count);
        }

        private void fill(long at, int count) throws PxiException {
            buffer.clear();
            start = at;
            try {
                while (buffer.position() < count) {
                    if (channel.read(buffer, at + buffer.position()) < 0) {
                        throw new TruncatedPxiException(new Fault(
                                file,
                                "byte " + (at + buffer.position()),
                                "a file of " + size + " bytes, as it was when it was opened",
                                "its end: it became shorter while it was read",
                                "Try again when nobody writes to it."));
                    }
                }
            } catch (PxiException e) {
                throw e;
            } catch (IOException e) {
                throw unreadable(e);
            } finally {
                buffer.flip();
            }
        }

        private UnreadableFileException unreadable(IOException cause) {
            String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
            UnreadableFileException e = new UnreadableFileException(new Fault(
                    file, "file", "a file that can be read", why, "Check that the disk and folder can be read."));
            e.initCause(cause);
            return e;
        }
    }
}
