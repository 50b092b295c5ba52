package org.pixelllm.cli.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Sound PNG files of every kind of samples. */
final class Pngs {

    private static final int[][][] PASSES = {
        {{0, 0, 1, 1}},
        {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}},
    };

    private Pngs() {}

    /** A white, opaque picture. */
    static byte[] of(int width, int height, int depth, int colour, int interlace) {
        int channels = colour == 2 ? 3 : colour == 4 ? 2 : colour == 6 ? 4 : 1;
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        for (int[] pass : PASSES[interlace]) {
            int columns = Math.ceilDiv(width - pass[0], pass[2]);
            for (int y = pass[1]; y < height && columns > 0; y += pass[3]) {
                byte[] row = new byte[1 + Math.ceilDiv(columns * channels * depth, 8)];
                Arrays.fill(row, (byte) 0xFF);
                row[0] = 0;
                rows.writeBytes(row);
            }
        }
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put((byte) depth).put((byte) colour).put((byte) 0).put((byte) 0).put((byte) interlace);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        chunk(out, "IHDR", header.array());
        if (colour == 3) {
            chunk(out, "PLTE", new byte[3 << Math.min(depth, 8)]);
        }
        chunk(out, "IDAT", deflated(rows.toByteArray()));
        chunk(out, "IEND", new byte[0]);
        byte[] file = out.toByteArray();
        PxiTarget.mend(file);
        return file;
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        byte[] buffer = new byte[bytes.length + 64];
        int size = deflater.deflate(buffer);
        deflater.end();
        return Arrays.copyOf(buffer, size);
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
        out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        out.writeBytes(type.getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(data);
        out.writeBytes(new byte[4]); // mended at the end
    }
}
