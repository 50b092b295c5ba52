package org.pixelllm.forge.train.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;

/** Reads through a buffer. The digest has been found right, so that counts can be believed. */
final class CheckpointIn {

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(CheckpointFile.BUFFER_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .flip();

    CheckpointIn(FileChannel channel) {
        this.channel = channel;
    }

    private void need(int bytes) throws IOException {
        if (buffer.remaining() >= bytes) {
            return;
        }
        buffer.compact();
        while (buffer.position() < bytes && channel.read(buffer) >= 0) {
            // read on
        }
        buffer.flip();
        if (buffer.remaining() < bytes) {
            throw new IOException("it became shorter while it was read");
        }
    }

    int i32() throws IOException {
        need(Integer.BYTES);
        return buffer.getInt();
    }

    long i64() throws IOException {
        need(Long.BYTES);
        return buffer.getLong();
    }

    byte[] bytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count; ) {
            need(1);
            int part = Math.min(buffer.remaining(), count - at);
            buffer.get(bytes, at, part);
            at += part;
        }
        return bytes;
    }

    float[] floats(int count) throws IOException {
        float[] values = new float[count];
        for (int at = 0; at < count; ) {
            need(Float.BYTES);
            FloatBuffer floats = buffer.asFloatBuffer();
            int part = Math.min(floats.remaining(), count - at);
            floats.get(values, at, part);
            buffer.position(buffer.position() + part * Float.BYTES);
            at += part;
        }
        return values;
    }
}
