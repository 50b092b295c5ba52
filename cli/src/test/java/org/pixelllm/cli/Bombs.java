package org.pixelllm.cli;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;

/** Sound PNG files of a few hundred kilobytes at most whose pictures are large. None is ever held inflated. */
final class Bombs {

    private static final int GREY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int RGBA = 6;
    private static final int PIECE = 1 << 20;
    private static final int ADLER_BASE = 65_521;
    private static final int CARTRIDGE_WIDTH = 21_840;

    private Bombs() {}

    /** File name to content. */
    static Map<String, byte[]> all() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("one-bit.pxi", png(16_384, 16_384, 1, GREY, false).end());
        all.put("wide.pxi", png(1 << 20, 255, 1, GREY, false).end());
        all.put("tall.pxi", png(16, 1 << 24, 1, GREY, false).end());
        all.put("interlaced.pxi", png(4_700, 4_700, 8, GREY, true).end());
        all.put("sixteen-bits.pxi", png(4_700, 4_700, 16, RGB, false).end());
        all.put("translucent.pxi", png(8_192, 8_192, 16, RGBA, false).end());
        all.put(
                "palette.pxi",
                png(4_700, 4_700, 8, PALETTE, false, file -> file.chunk("PLTE", new byte[6]), new byte[0])
                        .end());
        all.put("named.pxi", named(16_384, 16_384, "attention"));
        all.put("named-activations.pxi", named(1 << 16, 1 << 12, "activations"));
        all.put("nearly-a-heat-map.pxi", png(32, 1 << 22, 1, GREY, false).end());
        all.put("nearly-tokens.pxi", png(1 << 20, 1, 1, GREY, false).end());
        byte[] program = {'p', 'x', 'V', 'M', 1};
        all.put(
                "program.pxi",
                png(24, 1 << 21, 8, RGB, false, file -> {}, program).end());
        byte[] magic = {'p', 'x', 'C', 'A', 'R', 'T', 0, 1, 1};
        all.put(
                "magic.pxi",
                png(CARTRIDGE_WIDTH, 8_000, 8, RGB, false, file -> {}, magic).end());
        all.put(
                "interlaced-magic.pxi",
                png(4_700, 4_700, 8, RGB, true, file -> {}, magic).end());
        all.put("header.pxi", cartridge(8_000));
        byte[] gigabyte = zlib(new byte[0], 1L << 30);
        byte[] zipped = bytes("Comment\0\0", gigabyte);
        all.put(
                "ztxt.pxi",
                png(2, 1, 8, RGB, false, file -> file.chunk("zTXt", zipped), new byte[0])
                        .end());
        byte[] international = bytes("Comment\0\1\0\0\0", gigabyte);
        all.put(
                "itxt.pxi",
                png(2, 1, 8, RGB, false, file -> file.chunk("iTXt", international), new byte[0])
                        .end());
        byte[] profile = bytes("Profile\0\0", gigabyte);
        all.put(
                "iccp.pxi",
                png(2, 1, 8, RGB, false, file -> file.chunk("iCCP", profile), new byte[0])
                        .end());
        return all;
    }

    private static byte[] named(int width, int height, String kind) {
        byte[] text = ("Kind\0" + kind).getBytes(StandardCharsets.ISO_8859_1);
        return png(width, height, 1, GREY, false, file -> file.chunk("tEXt", text), new byte[0])
                .end();
    }

    private static byte[] bytes(String text, byte[] data) {
        byte[] head = text.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(head.length + data.length)
                .put(head)
                .put(data)
                .array();
    }

    /** The header of a cartridge whose tensors fill a picture of this height, all of it zeros. */
    private static byte[] cartridge(int height) {
        int payload = 3 * CARTRIDGE_WIDTH / 64 * 64;
        ByteBuffer header = ByteBuffer.allocate(64 + 5 * 56).order(ByteOrder.LITTLE_ENDIAN);
        header.put(new byte[] {'p', 'x', 'C', 'A', 'R', 'T', 0, 1})
                .putInt(1)
                .putInt(5)
                .putLong(height);
        for (int kind = 1; kind <= 5; kind++) {
            long bytes = kind == 5 ? (long) (height - 1) * payload : 0;
            header.position(64 + (kind - 1) * 56).putInt(kind).putInt(1).putLong(bytes);
        }
        CRC32C crc = new CRC32C();
        crc.update(header.array(), 0, 28);
        crc.update(header.array(), 32, header.capacity() - 32);
        header.putInt(28, (int) crc.getValue());
        return png(CARTRIDGE_WIDTH, height, 8, RGB, false, file -> {}, header.array())
                .end();
    }

    private interface Extra {
        void add(File file);
    }

    private static File png(int width, int height, int depth, int colour, boolean interlaced) {
        return png(width, height, depth, colour, interlaced, file -> {}, new byte[0]);
    }

    /** A picture whose samples are some bytes and then zeros. */
    private static File png(
            int width, int height, int depth, int colour, boolean interlaced, Extra extra, byte[] samples) {
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put((byte) depth).put((byte) colour).put((byte) 0).put((byte) 0);
        header.put((byte) (interlaced ? 1 : 0));
        int channels = colour == RGB ? 3 : colour == RGBA ? 4 : 1;
        long rows = 0;
        int[][] passes = interlaced
                ? new int[][] {
                    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
                }
                : new int[][] {{0, 0, 1, 1}};
        for (int[] pass : passes) {
            long columns = Math.ceilDiv(width - pass[0], pass[2]);
            rows += Math.ceilDiv(height - pass[1], pass[3]) * (1 + Math.ceilDiv(columns * channels * depth, 8));
        }
        byte[] head = new byte[samples.length + 1]; // after a filter byte
        System.arraycopy(samples, 0, head, 1, samples.length);
        File file = new File();
        file.chunk("IHDR", header.array());
        extra.add(file);
        file.chunk("IDAT", zlib(head, rows - head.length));
        return file;
    }

    private static final class File {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        File() {
            out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        }

        void chunk(String type, byte[] data) {
            byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
            CRC32 crc = new CRC32();
            crc.update(name);
            crc.update(data);
            out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
            out.writeBytes(name);
            out.writeBytes(data);
            out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
        }

        byte[] end() {
            chunk("IEND", new byte[0]);
            return out.toByteArray();
        }
    }

    /** A sound zlib stream of some bytes and then very many zeros, about a thousandth of them in size. */
    static byte[] zlib(byte[] head, long zeros) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x78, (byte) 0xDA});
        out.writeBytes(flushed(head));
        // A full flush ends on a byte and refers to nothing before it: the same bytes can be said again and again.
        byte[] piece = flushed(new byte[PIECE]);
        for (long i = 0; i < zeros / PIECE; i++) {
            out.writeBytes(piece);
        }
        out.writeBytes(flushed(new byte[(int) (zeros % PIECE)]));
        out.writeBytes(new byte[] {3, 0}); // a last block, empty
        long a = 1;
        long b = 0;
        for (byte each : head) {
            a = (a + (each & 0xFF)) % ADLER_BASE;
            b = (b + a) % ADLER_BASE;
        }
        b = (b + zeros % ADLER_BASE * a) % ADLER_BASE;
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) (b << 16 | a)).array());
        return out.toByteArray();
    }

    private static byte[] flushed(byte[] bytes) {
        if (bytes.length == 0) {
            return bytes;
        }
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(bytes);
        byte[] buffer = new byte[bytes.length + 64];
        int size = deflater.deflate(buffer, 0, buffer.length, Deflater.FULL_FLUSH);
        deflater.end();
        return Arrays.copyOf(buffer, size);
    }
}
