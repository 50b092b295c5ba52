package org.pixelllm.protocol.png;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes 8-bit RGB PNGs: IHDR, the text entries in their order, one IDAT, IEND. */
public final class PngEncoder {

    /**
     * Up to this many bytes of rows are stored, not compressed. What zlib makes of the same bytes differs between its
     * builds; stored blocks do not, so a prediction image or the heat map of 1,024 logits is the same file everywhere.
     * It costs no disk, where a block is 4 KiB. Larger pictures are compressed: their pixels are the same everywhere,
     * their files only on the same JDK.
     */
    static final int STORED_BYTES = 4096;

    /** zlib's default, named so that no build chooses another. Level 9 takes twice the time and saves 1 to 3 %. */
    private static final int LEVEL = 6;

    private static final int RGB_8_BIT = 0x08020000; // depth 8, colour type 2, compression 0, filter 0

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PngEncoder() {}

    /**
     * Encodes a picture.
     *
     * @param text keyword to value; a keyword has 1 to 79 Latin-1 characters and no zero; characters of a value that
     *     tEXt cannot hold are written as Java's escapes, {@code \u4E2D}
     * @throws IllegalArgumentException a keyword breaks this rule, or the text is more than the decoder accepts
     */
    public static byte[] encode(Pixels pixels, Map<String, String> text) {
        List<byte[]> entries = entries(text);
        long raw = rowBytes(pixels) * pixels.height();
        byte[] data = raw <= STORED_BYTES ? stored(pixels, (int) raw) : deflated(pixels);
        long size = PngSignature.BYTES + 3L * PngChunks.FRAME + PngHeader.BYTES + data.length;
        for (byte[] entry : entries) {
            size += PngChunks.FRAME + entry.length;
        }
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size));
        out.putLong(PngSignature.VALUE);
        putChunk(out, PngChunks.IHDR, header(pixels));
        for (byte[] entry : entries) {
            putChunk(out, PngChunks.TEXT, entry);
        }
        putChunk(out, PngChunks.IDAT, data);
        putChunk(out, PngChunks.IEND, new byte[0]);
        return out.array();
    }

    /** Bytes of one row with its filter byte. */
    private static long rowBytes(Pixels pixels) {
        return 3L * pixels.width() + 1;
    }

    private static byte[] header(Pixels pixels) {
        return ByteBuffer.allocate(PngHeader.BYTES)
                .putInt(pixels.width())
                .putInt(pixels.height())
                .putInt(RGB_8_BIT)
                .put((byte) 0)
                .array();
    }

    private static void putChunk(ByteBuffer out, int type, byte[] data) {
        out.putInt(data.length);
        int from = out.position();
        out.putInt(type).put(data);
        CRC32 crc = new CRC32();
        crc.update(out.slice(from, data.length + 4));
        out.putInt((int) crc.getValue());
    }

    /** A zlib stream of one stored block: 2 bytes of header, 5 of block header, the rows, 4 of checksum. */
    private static byte[] stored(Pixels pixels, int raw) {
        ByteBuffer out = ByteBuffer.allocate(raw + 11);
        out.putShort((short) 0x7801).put((byte) 1);
        out.putShort(Short.reverseBytes((short) raw)).putShort(Short.reverseBytes((short) ~raw));
        int row = 3 * pixels.width();
        for (int y = 0; y < pixels.height(); y++) {
            out.put((byte) PngFilter.NONE).put(pixels.rgb(), y * row, row);
        }
        Adler32 adler = new Adler32();
        adler.update(out.slice(7, raw));
        return out.putInt((int) adler.getValue()).array();
    }

    private static byte[] deflated(Pixels pixels) {
        byte[] row = new byte[Math.toIntExact(rowBytes(pixels))]; // filter NONE is a zero in front
        int samples = row.length - 1;
        byte[] out = new byte[1 << 16];
        int size = 0;
        Deflater deflater = new Deflater(LEVEL);
        try {
            for (int y = 0; !deflater.finished(); ) {
                if (deflater.needsInput() && y < pixels.height()) {
                    System.arraycopy(pixels.rgb(), y * samples, row, 1, samples);
                    deflater.setInput(row);
                    y++;
                } else if (deflater.needsInput()) {
                    deflater.finish();
                }
                if (size == out.length) {
                    out = Arrays.copyOf(out, Math.multiplyExact(out.length, 2));
                }
                size += deflater.deflate(out, size, out.length - size);
            }
        } finally {
            deflater.end();
        }
        return Arrays.copyOf(out, size);
    }

    private static List<byte[]> entries(Map<String, String> text) {
        List<byte[]> entries = new ArrayList<>(text.size());
        long total = 0;
        for (Map.Entry<String, String> entry : text.entrySet()) {
            requireKeyword(entry.getKey());
            byte[] bytes = (entry.getKey() + '\0' + escaped(entry.getValue())).getBytes(StandardCharsets.ISO_8859_1);
            entries.add(bytes);
            total += bytes.length;
        }
        if (total > PngChunks.MAX_TEXT_BYTES) {
            throw new IllegalArgumentException(
                    total + " bytes of text: a file holds at most " + PngChunks.MAX_TEXT_BYTES);
        }
        return entries;
    }

    private static void requireKeyword(String keyword) {
        boolean fits = !keyword.isEmpty() && keyword.length() <= PngChunks.MAX_KEYWORD_BYTES;
        for (int i = 0; fits && i < keyword.length(); i++) {
            fits = isLatin1(keyword.charAt(i));
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    "text keyword '" + keyword + "': expected 1 to 79 Latin-1 characters without a zero");
        }
    }

    private static String escaped(String value) {
        StringBuilder out = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (isLatin1(c)) {
                out.append(c);
            } else {
                out.append("\\u").append(HEX.toHexDigits(c));
            }
        }
        return out.toString();
    }

    private static boolean isLatin1(char c) {
        return c != 0 && c <= 0xFF;
    }
}
