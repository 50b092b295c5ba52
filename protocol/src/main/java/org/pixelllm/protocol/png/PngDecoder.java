package org.pixelllm.protocol.png;

import java.nio.ByteBuffer;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.NotPxiException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.TruncatedPxiException;

/**
 * Reads every PNG whose pixels are opaque 8-bit colours, however they are stored, and refuses the rest with a reason.
 * Samples are taken as they are: gamma, colour profiles and the other notes about display change nothing.
 */
public final class PngDecoder {

    /**
     * No deflate stream expands more than this many times (a match of 258 bytes from 2 bits), so a file too small for
     * the picture that its header promises is refused before memory for that picture is taken.
     */
    static final int MAX_EXPANSION = 1032;

    /** Rows are inflated in strips of about this many bytes: one call into zlib for many short rows. */
    private static final int STRIP_BYTES = 1 << 16;

    private PngDecoder() {}

    /**
     * Decodes a whole file.
     *
     * @param bytes the file's bytes between position and limit, on the heap or mapped; the position is not changed
     * @param file the name that messages begin with
     * @throws NotPxiException the bytes do not begin as a PNG does; the message says what they look like
     * @throws TruncatedPxiException the bytes, or the picture's data in them, end too early
     * @throws InvalidContentException the file breaks a rule of PNG, is over the limits, or has pixels that are not
     *     opaque 8-bit colours
     */
    public static Png decode(ByteBuffer bytes, String file, PngLimits limits) throws PxiException {
        ByteBuffer in = bytes.slice();
        PngFaults faults = new PngFaults(file);
        PngChunks chunks = new PngChunks(in, PngSignature.require(in, file), limits, faults);
        PngHeader header = chunks.header();
        requireEnoughData(chunks, faults);
        byte[] rgb = new byte[3 * header.width() * header.height()];
        PngColours colours = new PngColours(chunks, rgb, faults);
        try (PngImageData data = new PngImageData(in, chunks.firstData(), faults)) {
            for (PngPass pass : header.interlaced() ? PngPass.ADAM7 : PngPass.WHOLE) {
                readPass(header, pass, data, colours, faults);
            }
            data.finish();
        }
        return new Png(new Pixels(header.width(), header.height(), rgb), chunks.text());
    }

    private static void requireEnoughData(PngChunks chunks, PngFaults faults) throws PxiException {
        PngHeader header = chunks.header();
        long row = header.rowBytes(header.width());
        if (row > Integer.MAX_VALUE / 2 - STRIP_BYTES) {
            throw faults.invalid(
                    PngFaults.chunk(PngChunks.IHDR, PngSignature.BYTES),
                    "rows of less than 1 GiB",
                    "rows of " + row + " bytes",
                    PngFaults.SAVE_AGAIN);
        }
        long needed = (row + 1) * header.height() / MAX_EXPANSION;
        if (chunks.dataBytes() < needed) {
            throw faults.truncated(
                    PngFaults.chunk(PngChunks.IDAT, chunks.firstData()),
                    "at least " + needed + " bytes of data for a " + header.width() + " x " + header.height()
                            + " picture",
                    chunks.dataBytes() + " bytes");
        }
    }

    private static void readPass(
            PngHeader header, PngPass pass, PngImageData data, PngColours colours, PngFaults faults)
            throws PxiException {
        int columns = pass.columns(header.width());
        int rows = pass.rows(header.height());
        if (columns == 0 || rows == 0) {
            return; // a pass without pixels has no rows either, not even filter bytes
        }
        int pitch = (int) header.rowBytes(columns) + 1;
        int stripRows = Math.min(rows, Math.max(1, STRIP_BYTES / pitch));
        // slot 0 is the row above the strip, at first all zero as PNG asks // [stripRows + 1, pitch]
        byte[] strip = new byte[(stripRows + 1) * pitch];
        for (int row = 0, slot = stripRows; row < rows; row++) {
            if (slot == stripRows) {
                System.arraycopy(strip, slot * pitch, strip, 0, row == 0 ? 0 : pitch);
                data.read(strip, pitch, Math.min(stripRows, rows - row) * pitch);
                slot = 0;
            }
            slot++;
            int at = slot * pitch + 1;
            int y = pass.y() + row * pass.stepY();
            int filter = strip[at - 1];
            if (!PngFilter.undo(filter, strip, at, at - pitch, pitch - 1, header.filterDistance())) {
                throw faults.invalid(
                        "row " + y + " in " + data.place(),
                        "a row filter from 0 to 4",
                        "filter " + (filter & 0xFF),
                        PngFaults.SAVE_AGAIN);
            }
            colours.put(strip, at, columns, pass, y);
        }
    }
}
