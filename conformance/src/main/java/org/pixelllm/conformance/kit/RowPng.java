package org.pixelllm.conformance.kit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.pixelllm.protocol.png.Pixels;

/** Stores a picture of one row in any of the ways that PNG has. After the PNG specification, third edition. */
final class RowPng {

    static final int GREY = 0;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int GREY_ALPHA = 4;
    static final int RGBA = 6;

    /** Adam7's passes that reach the first row, as first pixel and step: the others begin below it. */
    private static final int[][] PASSES = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

    private static final int[][] WHOLE = {{0, 1}};

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private final Pixels row;
    private final int colour;
    private final int depth;
    private final int[] alpha;
    private final Map<Integer, Integer> palette = new LinkedHashMap<>(); // colour to index
    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    private boolean interlaced;
    private int filter;
    private int level = Deflater.DEFAULT_COMPRESSION;
    private int part = Integer.MAX_VALUE;

    /**
     * Begins one.
     *
     * @param row the picture, one row
     * @param colour PNG's colour type
     * @param depth bits of a sample; where they are 16, both bytes of a sample are the same
     */
    RowPng(Pixels row, int colour, int depth) {
        this.row = row;
        this.colour = colour;
        this.depth = depth;
        alpha = new int[row.width()];
        Arrays.fill(alpha, 255);
        for (int x = 0; x < row.width(); x++) {
            palette.putIfAbsent(colourAt(x), palette.size());
        }
    }

    RowPng interlaced() {
        interlaced = true;
        return this;
    }

    /** With a row filter, 0 to 4. */
    RowPng filtered(int kind) {
        filter = kind;
        return this;
    }

    /** In stored blocks: nothing is compressed. */
    RowPng stored() {
        level = Deflater.NO_COMPRESSION;
        return this;
    }

    /** In IDAT chunks of this many bytes, the first one empty. */
    RowPng inParts(int bytes) {
        part = bytes;
        return this;
    }

    /** With one pixel's alpha, 0 to 255. */
    RowPng alpha(int x, int value) {
        alpha[x] = value;
        return this;
    }

    /** With a chunk in front of the pixels. */
    RowPng chunk(String type, byte[] data) {
        put(chunks, type, data);
        return this;
    }

    byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        put(
                out,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(row.width())
                        .putInt(1)
                        .put((byte) depth)
                        .put((byte) colour)
                        .put((byte) 0)
                        .put((byte) 0)
                        .put((byte) (interlaced ? 1 : 0))
                        .array());
        if (colour == PALETTE) {
            put(out, "PLTE", colours());
        }
        out.writeBytes(chunks.toByteArray());
        byte[] data = compressed();
        if (part < data.length) {
            put(out, "IDAT", new byte[0]);
        }
        for (int at = 0; at < data.length; at += Math.min(part, data.length)) {
            put(out, "IDAT", Arrays.copyOfRange(data, at, (int) Math.min(data.length, (long) at + part)));
        }
        put(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void put(ByteArrayOutputStream out, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        out.writeBytes(name);
        out.writeBytes(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private int colourAt(int x) {
        return row.red(x, 0) << 16 | row.green(x, 0) << 8 | row.blue(x, 0);
    }

    private byte[] colours() {
        ByteBuffer out = ByteBuffer.allocate(3 * palette.size());
        palette.keySet()
                .forEach(each ->
                        out.put((byte) (each >> 16)).put((byte) (each >> 8)).put((byte) (int) each));
        return out.array();
    }

    private byte[] compressed() {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        for (int[] pass : interlaced ? PASSES : WHOLE) {
            if (pass[0] < row.width()) {
                rows.write(filter);
                rows.writeBytes(filtered(packed(pass[0], pass[1])));
            }
        }
        Deflater deflater = new Deflater(level);
        try {
            deflater.setInput(rows.toByteArray());
            deflater.finish();
            byte[] out = new byte[2 * rows.size() + 64];
            return Arrays.copyOf(out, deflater.deflate(out));
        } finally {
            deflater.end();
        }
    }

    private int channels() {
        return switch (colour) {
            case GREY, PALETTE -> 1;
            case GREY_ALPHA -> 2;
            case RGB -> 3;
            default -> 4;
        };
    }

    /** One sample as it is stored. */
    private int sample(int x, int channel) {
        if (colour == PALETTE) {
            return palette.getOrDefault(colourAt(x), 0);
        }
        boolean isAlpha = channel == 3 || (colour == GREY_ALPHA && channel == 1);
        int value = isAlpha ? alpha[x] : (colourAt(x) >> (8 * (2 - channel))) & 0xFF;
        return depth == 16 ? 257 * value : value;
    }

    /** The samples of every {@code step}-th pixel, the highest bit first. */
    private byte[] packed(int from, int step) {
        int count = Math.ceilDiv(row.width() - from, step);
        byte[] bytes = new byte[Math.ceilDiv(count * channels() * depth, 8)];
        int at = 0;
        for (int x = from; x < row.width(); x += step) {
            for (int channel = 0; channel < channels(); channel++) {
                for (int bit = depth - 1; bit >= 0; bit--, at++) {
                    bytes[at / 8] |= (byte) (((sample(x, channel) >> bit) & 1) << (7 - at % 8));
                }
            }
        }
        return bytes;
    }

    /** Filters a row with none above it: what Paeth predicts is then the pixel on the left, as with Sub. */
    private byte[] filtered(byte[] line) {
        int distance = Math.max(1, channels() * depth / 8);
        byte[] out = line.clone();
        for (int i = distance; i < line.length; i++) {
            int left = line[i - distance] & 0xFF;
            int predicted = switch (filter) {
                case 1, 4 -> left;
                case 3 -> left / 2;
                default -> 0;
            };
            out[i] = (byte) (line[i] - predicted);
        }
        return out;
    }
}
