package org.pixelllm.pxvm.cartridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/** Writes a page-row PNG, one row after another, to a file. */
final class PageRowPng implements AutoCloseable {

    static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    static final byte[] ZLIB_STORED = {0x78, 0x01};
    static final byte[] EMPTY_BLOCK = {0, 0, 0, (byte) 0xFF, (byte) 0xFF};

    /** Pads the file so that the first pixel lies on a 64-byte boundary: ancillary, private, not safe to copy. */
    static final String PADDING_CHUNK = "pxAL";

    private static final int BUFFER_BYTES = 1 << 18;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long flushed;
    private final CRC32 crc = new CRC32();
    private final Adler32 adler = new Adler32();
    private final int width;
    private final long rows;
    private final long rowsPerChunk;
    private final byte[] tail;
    private long written;

    PageRowPng(FileChannel channel, int width, long rows, long maxChunk) throws IOException {
        this.channel = channel;
        this.width = width;
        this.rows = rows;
        this.rowsPerChunk = PageFormat.rowsPerChunk(width, maxChunk);
        this.tail = new byte[3 * width - PageFormat.payload(width)];
        if (rows > Integer.MAX_VALUE) {
            throw new IOException("a picture has at most 2,147,483,647 rows, not " + rows);
        }
        put(SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt((int) rows);
        header.put((byte) 8).put((byte) 2).put((byte) 0).put((byte) 0).put((byte) 0);
        chunk("IHDR", header.array());
        chunk("tEXt", "Software\0Pixel-LLM".getBytes(StandardCharsets.ISO_8859_1));
        long fixed = position() + PageFormat.CHUNK_FRAME + PageFormat.CHUNK_HEADER + PageFormat.ZLIB_HEADER;
        long firstPixel = fixed + PageFormat.frame(width);
        chunk(PADDING_CHUNK, new byte[(int) Math.floorMod(-firstPixel, (long) PageFormat.ALIGNMENT)]);
    }

    /** Writes the next row: a page's payload. */
    void row(byte[] payload) throws IOException {
        if (written % rowsPerChunk == 0) {
            openChunk();
        }
        for (int i = 0; i < PageFormat.emptyBlocks(width); i++) {
            data(EMPTY_BLOCK);
        }
        int length = 3 * width + 1;
        byte last = (byte) (written == rows - 1 ? 1 : 0);
        data(new byte[] {last, (byte) length, (byte) (length >> 8), (byte) ~length, (byte) (~length >> 8)});
        for (byte[] part : new byte[][] {{0}, payload, tail}) {
            data(part);
            adler.update(part);
        }
        written++;
        if (written == rows) {
            int sum = (int) adler.getValue();
            data(new byte[] {(byte) (sum >> 24), (byte) (sum >> 16), (byte) (sum >> 8), (byte) sum});
            closeChunk();
            chunk("IEND", new byte[0]);
        } else if (written % rowsPerChunk == 0) {
            closeChunk();
        }
    }

    private void openChunk() throws IOException {
        long here = Math.min(rowsPerChunk, rows - written);
        long length = here * PageFormat.pitch(width);
        length += written == 0 ? PageFormat.ZLIB_HEADER : PageFormat.BLOCK_HEADER * (long) PageFormat.breakBlocks();
        length += written + here == rows ? PageFormat.ADLER : 0;
        put(ByteBuffer.allocate(4).putInt((int) length).array());
        crc.reset();
        data("IDAT".getBytes(StandardCharsets.ISO_8859_1));
        if (written == 0) {
            data(ZLIB_STORED);
        } else {
            for (int i = 0; i < PageFormat.breakBlocks(); i++) {
                data(EMPTY_BLOCK);
            }
        }
    }

    private void closeChunk() throws IOException {
        put(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private void chunk(String type, byte[] content) throws IOException {
        put(ByteBuffer.allocate(4).putInt(content.length).array());
        crc.reset();
        data(type.getBytes(StandardCharsets.ISO_8859_1));
        data(content);
        closeChunk();
    }

    private void data(byte[] bytes) throws IOException {
        crc.update(bytes);
        put(bytes);
    }

    private void put(byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            int count = Math.min(buffer.remaining(), bytes.length - at);
            buffer.put(bytes, at, count);
            at += count;
            if (!buffer.hasRemaining()) {
                flush();
            }
        }
    }

    /** Bytes of this file so far: a channel may have begun elsewhere than at 0, or be a pipe. */
    private long position() {
        return flushed + buffer.position();
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            flushed += channel.write(buffer);
        }
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        flush();
    }
}
