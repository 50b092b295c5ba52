package org.pixelllm.protocol.png;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Puts a PNG together chunk by chunk, right or wrong. */
public final class PngBuilder {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Begins with the signature. */
    public static PngBuilder png() {
        return new PngBuilder().raw(0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n');
    }

    /** Begins with signature and IHDR. */
    public static PngBuilder png(int width, int height, int depth, int colour) {
        return png().header(width, height, depth, colour, 0, 0, 0);
    }

    public PngBuilder header(int width, int height, int depth, int colour, int compression, int filter, int interlace) {
        ByteBuffer data = ByteBuffer.allocate(13).putInt(width).putInt(height);
        data.put((byte) depth)
                .put((byte) colour)
                .put((byte) compression)
                .put((byte) filter)
                .put((byte) interlace);
        return chunk("IHDR", data.array());
    }

    public PngBuilder chunk(String type, byte[] data) {
        return chunk(data.length, type, data, crc(type, data));
    }

    public PngBuilder chunk(String type, int... data) {
        return chunk(type, bytes(data));
    }

    public PngBuilder badCrc(String type, byte[] data) {
        return chunk(data.length, type, data, ~crc(type, data));
    }

    /** A chunk whose length and checksum are what one likes. */
    public PngBuilder chunk(int length, String type, byte[] data, int crc) {
        out.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
        out.writeBytes(type.getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt(crc).array());
        return this;
    }

    /** An IDAT chunk with {@code rows}, filter bytes included, compressed. */
    public PngBuilder data(int... rows) {
        return chunk("IDAT", zlib(bytes(rows)));
    }

    public PngBuilder raw(int... bytes) {
        out.writeBytes(bytes(bytes));
        return this;
    }

    public byte[] end() {
        return chunk("IEND", new byte[0]).toBytes();
    }

    public byte[] toBytes() {
        return out.toByteArray();
    }

    public static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    public static byte[] zlib(byte[] raw) {
        Deflater deflater = new Deflater();
        deflater.setInput(raw);
        deflater.finish();
        byte[] buffer = new byte[raw.length + 64];
        int size = deflater.deflate(buffer);
        deflater.end();
        return java.util.Arrays.copyOf(buffer, size);
    }

    private static int crc(String type, byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(type.getBytes(StandardCharsets.ISO_8859_1));
        crc.update(data);
        return (int) crc.getValue();
    }
}
