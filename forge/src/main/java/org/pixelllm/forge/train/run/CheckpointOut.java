package org.pixelllm.forge.train.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import org.pixelllm.pxvm.cartridge.Sha256;

/** Writes through a buffer and a digest. */
final class CheckpointOut {

    private final FileChannel channel;
    private final MessageDigest sha256 = Sha256.digest();
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(CheckpointFile.BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    CheckpointOut(FileChannel channel) {
        this.channel = channel;
    }

    private void room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        sha256.update(buffer.duplicate());
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    void i32(int value) throws IOException {
        room(Integer.BYTES);
        buffer.putInt(value);
    }

    void i64(long value) throws IOException {
        room(Long.BYTES);
        buffer.putLong(value);
    }

    void counted(byte[] bytes) throws IOException {
        i32(bytes.length);
        bytes(bytes);
    }

    void bytes(byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            room(1);
            int count = Math.min(buffer.remaining(), bytes.length - at);
            buffer.put(bytes, at, count);
            at += count;
        }
    }

    void floats(float[] values) throws IOException {
        for (int at = 0; at < values.length; ) {
            room(Float.BYTES);
            FloatBuffer floats = buffer.asFloatBuffer();
            int count = Math.min(floats.remaining(), values.length - at);
            floats.put(values, at, count);
            buffer.position(buffer.position() + count * Float.BYTES);
            at += count;
        }
    }

    void end() throws IOException {
        flush();
        buffer.put(sha256.digest());
        flush();
    }
}
