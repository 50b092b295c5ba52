package org.pixelllm.protocol.png;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.TruncatedPxiException;

/**
 * The chunks of one PNG, each checked for its bounds, its checksum and its place among the others. Nothing is inflated
 * and no memory for the picture is taken here, so a file that is cut or damaged anywhere is refused before that.
 */
final class PngChunks {

    static final int IHDR = 0x49484452;
    static final int PLTE = 0x504C5445;
    static final int IDAT = 0x49444154;
    static final int IEND = 0x49454E44;
    static final int TRNS = 0x74524E53;
    static final int TEXT = 0x74455874;
    private static final int ACTL = 0x6163544C;
    private static final int FCTL = 0x6663544C;
    private static final int FDAT = 0x66644154;
    private static final int CGBI = 0x43674249;

    /** Bytes of a chunk around its data: length, type and checksum. */
    static final int FRAME = 12;

    /** The most bytes of tEXt in one file. Provenance takes a few hundred. */
    static final int MAX_TEXT_BYTES = 1 << 20;

    static final int MAX_KEYWORD_BYTES = 79;

    private static final int ANCILLARY_BIT = 0x20000000;
    private static final byte[] NONE = {};

    private final PngBytes in;
    private final PngFaults faults;
    private final CRC32 crc = new CRC32();
    private final PngHeader header;

    private byte[] palette = NONE;
    private byte[] transparency = NONE;
    private boolean hasPalette;
    private boolean hasTransparency;
    private Map<String, String> text = Map.of();
    private int textBytes;
    private long firstData = -1;
    private long dataEnd;
    private long dataBytes;
    private int count;

    // the chunk under the cursor
    private long at;
    private int type;
    private long data;
    private int length;

    /**
     * Reads all of {@code in}, from the byte after the signature to the last.
     *
     * @throws TruncatedPxiException the bytes end before IEND
     * @throws InvalidContentException a chunk breaks a rule of PNG, or the picture is over the limits
     */
    PngChunks(PngBytes in, int start, PngLimits limits, PngFaults faults) throws PxiException {
        this.in = in;
        this.faults = faults;
        this.at = start;
        next();
        header = header(limits);
        do {
            at = data + length + 4;
            next();
            accept();
        } while (type != IEND);
        end();
    }

    PngHeader header() {
        return header;
    }

    /** Palette colours, or empty. // [entries, 3] */
    byte[] palette() {
        return palette;
    }

    /** The data of tRNS, or empty. */
    byte[] transparency() {
        return transparency;
    }

    Map<String, String> text() {
        return text;
    }

    /** Where the first IDAT chunk begins. */
    long firstData() {
        return firstData;
    }

    /** How many chunks there are. */
    int count() {
        return count;
    }

    /** Compressed bytes in all IDAT chunks together. */
    long dataBytes() {
        return dataBytes;
    }

    static boolean isName(int type) {
        return isLetter(type >>> 24) && isLetter(type >> 16) && isLetter(type >> 8) && isLetter(type);
    }

    private static boolean isLetter(int bits) {
        int c = bits & 0xDF;
        return c >= 'A' && c <= 'Z' && (bits & 0xFF) < 0x80;
    }

    /** Reads the frame of the chunk at {@code at}. */
    private void next() throws PxiException {
        long left = in.size() - at;
        if (left == 0) {
            throw faults.truncated("end of file at byte " + at, "more chunks, up to IEND", "nothing");
        }
        if (left < 8) {
            throw faults.truncated("byte " + at, "the 8 bytes that begin a chunk", "the end of the file after " + left);
        }
        count++;
        int declared = in.getInt(at);
        type = in.getInt(at + 4);
        if (!isName(type)) {
            throw invalid("a chunk name of four letters", PngFaults.name(type), PngFaults.COPY_AGAIN);
        }
        if (declared < 0) {
            throw invalid(
                    "a length of at most 2147483647 bytes",
                    "a length of " + Integer.toUnsignedString(declared),
                    PngFaults.COPY_AGAIN);
        }
        if (declared > left - FRAME) {
            throw faults.truncated(
                    place(), declared + " bytes of data and 4 of checksum", "the end of the file after " + (left - 8));
        }
        data = at + 8;
        length = declared;
        crc.reset();
        for (long from = at + 4; from < data + length; from += in.most()) {
            crc.update(in.part(from, (int) Math.min(in.most(), data + length - from)));
        }
        int stated = in.getInt(data + length);
        if ((int) crc.getValue() != stated) {
            throw invalid(
                    "checksum (CRC) 0x" + Integer.toHexString((int) crc.getValue()),
                    "0x" + Integer.toHexString(stated),
                    PngFaults.COPY_AGAIN);
        }
    }

    private PngHeader header(PngLimits limits) throws PxiException {
        if (type == CGBI) {
            throw invalid("IHDR as the first chunk", "CgBI, an iPhone's private kind of PNG", PngFaults.SAVE_AGAIN);
        }
        if (type != IHDR) {
            throw invalid("IHDR as the first chunk", PngFaults.name(type), PngFaults.SAVE_AGAIN);
        }
        if (length != PngHeader.BYTES) {
            throw invalid("13 bytes of header", length + " bytes", PngFaults.SAVE_AGAIN);
        }
        return PngHeader.parse(in.part(data, length), limits, faults);
    }

    private void accept() throws PxiException {
        switch (type) {
            case IHDR -> throw invalid("one IHDR chunk", "a second IHDR", PngFaults.SAVE_AGAIN);
            case PLTE -> acceptPalette();
            case TRNS -> acceptTransparency();
            case IDAT -> acceptData();
            case TEXT -> acceptText();
            case ACTL, FCTL, FDAT ->
                throw invalid("a still picture", "an animation (APNG)", "Save one frame as a plain PNG.");
            case IEND -> {}
            default -> {
                if ((type & ANCILLARY_BIT) == 0) {
                    throw invalid("a chunk that PNG knows", "unknown critical chunk", PngFaults.SAVE_AGAIN);
                }
            }
        }
    }

    private void acceptPalette() throws PxiException {
        requireBeforeData();
        if (hasPalette) {
            throw invalid("one PLTE chunk", "a second PLTE", PngFaults.SAVE_AGAIN);
        }
        if (hasTransparency) {
            throw invalid("PLTE before tRNS", "PLTE after tRNS", PngFaults.SAVE_AGAIN);
        }
        if (header.colour() == PngHeader.GREY || header.colour() == PngHeader.GREY_ALPHA) {
            throw invalid("no palette in a grey picture", "PLTE", PngFaults.SAVE_AGAIN);
        }
        int most = header.colour() == PngHeader.PALETTE ? 1 << header.depth() : 256;
        if (length == 0 || length % 3 != 0 || length > 3 * most) {
            throw invalid("1 to " + most + " colours of 3 bytes", length + " bytes", PngFaults.SAVE_AGAIN);
        }
        palette = in.copy(data, length);
        hasPalette = true;
    }

    private void acceptTransparency() throws PxiException {
        requireBeforeData();
        if (hasTransparency) {
            throw invalid("one tRNS chunk", "a second tRNS", PngFaults.SAVE_AGAIN);
        }
        boolean fits = switch (header.colour()) {
            case PngHeader.GREY -> length == 2;
            case PngHeader.RGB -> length == 6;
            case PngHeader.PALETTE -> hasPalette && length >= 1 && length <= palette.length / 3;
            default -> false;
        };
        if (!fits) {
            throw invalid(
                    "transparency that fits colour type " + header.colour(),
                    length + " bytes of tRNS" + (hasPalette ? "" : " and no PLTE before"),
                    PngFaults.SAVE_AGAIN);
        }
        transparency = in.copy(data, length);
        hasTransparency = true;
    }

    private void requireBeforeData() throws InvalidContentException {
        if (firstData >= 0) {
            String name = PngFaults.name(type);
            throw invalid(name + " before IDAT", name + " after IDAT", PngFaults.SAVE_AGAIN);
        }
    }

    private void acceptData() throws InvalidContentException {
        if (firstData < 0) {
            if (header.colour() == PngHeader.PALETTE && !hasPalette) {
                throw invalid("PLTE before IDAT in a palette picture", "no PLTE", PngFaults.SAVE_AGAIN);
            }
            firstData = at;
        } else if (at != dataEnd) {
            throw invalid("IDAT chunks one after another", "another chunk between them", PngFaults.SAVE_AGAIN);
        }
        dataEnd = data + length + 4;
        dataBytes += length;
    }

    private void acceptText() throws PxiException {
        textBytes += Math.min(length, MAX_TEXT_BYTES + 1);
        if (textBytes > MAX_TEXT_BYTES) {
            throw invalid(
                    "at most " + MAX_TEXT_BYTES + " bytes of text in all",
                    "at least " + textBytes + " bytes",
                    "Remove the text entries from the file.");
        }
        byte[] entry = in.copy(data, length);
        int keyword = 0;
        while (keyword < length && entry[keyword] != 0) {
            keyword++;
        }
        if (keyword == length || keyword == 0 || keyword > MAX_KEYWORD_BYTES) {
            throw invalid(
                    "a keyword of 1 to 79 bytes, a zero byte, and text",
                    keyword == length ? "no zero byte" : "a keyword of " + keyword + " bytes",
                    PngFaults.SAVE_AGAIN);
        }
        if (text.isEmpty()) {
            text = new LinkedHashMap<>();
        }
        text.putIfAbsent(latin1(entry, 0, keyword), latin1(entry, keyword + 1, length - keyword - 1));
    }

    private void end() throws InvalidContentException {
        if (length != 0) {
            throw invalid("no data in IEND", length + " bytes", PngFaults.SAVE_AGAIN);
        }
        if (firstData < 0) {
            throw invalid("IDAT before IEND", "no IDAT", PngFaults.SAVE_AGAIN);
        }
        long after = data + 4;
        if (after != in.size()) {
            throw faults.invalid(
                    "byte " + after,
                    "the end of the file after IEND",
                    (in.size() - after) + " more bytes",
                    "Something was appended to the picture: cut it off, or save the picture again.");
        }
    }

    private static String latin1(byte[] bytes, int from, int count) {
        return new String(bytes, from, count, StandardCharsets.ISO_8859_1);
    }

    private String place() {
        return PngFaults.chunk(type, at);
    }

    private InvalidContentException invalid(String expected, String found, String remedy) {
        return faults.invalid(place(), expected, found, remedy);
    }
}
