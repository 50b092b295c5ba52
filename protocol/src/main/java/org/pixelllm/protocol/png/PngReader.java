package org.pixelllm.protocol.png;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.NotPxiException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.TruncatedPxiException;

/**
 * An open PNG whose chunks are checked and whose pixels are not yet inflated: what is known of it so far says whether, and
 * how, they are worth it. It reads every PNG whose pixels are opaque 8-bit colours, however they are stored, and refuses
 * the rest with a reason. Samples are taken as they are: gamma, colour profiles and the other notes about display change
 * nothing.
 */
public final class PngReader {

    /**
     * No deflate stream expands more than this many times (a match of 258 bytes from 2 bits), so a file too small for
     * the picture that its header promises is refused before memory for that picture is taken.
     */
    static final int MAX_EXPANSION = 1032;

    /** Rows are inflated in strips of about this many bytes: one call into zlib for many short rows. */
    private static final int STRIP_BYTES = 1 << 16;

    private final PngBytes in;
    private final PngFaults faults;
    private final PngChunks chunks;
    private final PngHeader header;

    private PngReader(PngBytes in, ByteBuffer head, String file, PngLimits limits) throws PxiException {
        this.in = in;
        this.faults = new PngFaults(file);
        this.chunks = new PngChunks(in, PngSignature.require(head, file), limits, faults);
        this.header = chunks.header();
        requireEnoughData();
    }

    /**
     * Opens a file that is in memory.
     *
     * @param bytes the file's bytes between position and limit; the position is not changed
     * @param file the name that messages begin with
     * @param limits the largest picture to accept
     * @throws NotPxiException the bytes do not begin as a PNG does; the message says what they look like
     * @throws TruncatedPxiException the bytes end too early
     * @throws InvalidContentException the file breaks a rule of PNG, or is over the limits
     */
    public static PngReader of(ByteBuffer bytes, String file, PngLimits limits) throws PxiException {
        ByteBuffer all = bytes.slice();
        return new PngReader(new PngBytes.InMemory(all), all, file, limits);
    }

    /**
     * Opens a file on disk, of any size, of which little is in memory at any time. The channel stays the caller's, and
     * open as long as this is used.
     *
     * @param file the name that messages begin with
     * @param limits the largest picture to accept
     * @throws PxiException as {@link #of(ByteBuffer, String, PngLimits)} says, or where the file cannot be read
     */
    public static PngReader of(FileChannel channel, String file, PngLimits limits) throws PxiException {
        PngBytes in = new PngBytes.OnDisk(channel, file);
        int head = (int) Math.min(in.size(), PngSignature.HEAD_BYTES);
        return new PngReader(in, ByteBuffer.wrap(in.copy(0, head)), file, limits);
    }

    /** Pixels in a row. */
    public int width() {
        return header.width();
    }

    /** Rows. */
    public int height() {
        return header.height();
    }

    /** How many chunks the file has, IHDR and IEND among them. */
    public int chunkCount() {
        return chunks.count();
    }

    /** The {@code tEXt} entries, as {@link Png} has them. */
    public Map<String, String> text() {
        return chunks.text();
    }

    /**
     * Whether the picture's samples may begin with these bytes, as far as it can be told without inflating more than they
     * are: of an interlaced picture only its first pixel.
     *
     * @param start bytes of the first pixels, R, G and B // [pixels, 3], the last pixel possibly cut
     * @throws PxiException the data are unsound, or one of these pixels is no opaque 8-bit colour
     */
    public boolean mayBeginWith(byte[] start) throws PxiException {
        int pixels = header.interlaced() ? 1 : Math.min(header.width(), (start.length + 2) / 3);
        byte[] rgb = new byte[3 * pixels];
        byte[] row = new byte[2 * (1 + (int) header.rowBytes(pixels))]; // the one above, all zero, and this
        try (PngImageData data = new PngImageData(in, chunks.firstData(), faults)) {
            int at = row.length / 2;
            data.read(row, at, at);
            undoFilter(row, at + 1, at - 1, 0, data);
            new PngColours(chunks, rgb, 0, faults).put(row, at + 1, pixels, PngPass.WHOLE[0], 0);
        }
        int count = Math.min(rgb.length, start.length);
        return Arrays.equals(rgb, 0, count, start, 0, count);
    }

    /**
     * Decodes the picture.
     *
     * @param limits the largest picture that is to be held in memory
     * @throws PxiException the picture is over the limits or more than the memory that is left, its data end too early or
     *     are unsound, or a pixel is no opaque 8-bit colour
     */
    public Png decode(PngLimits limits) throws PxiException {
        header.require(limits, faults);
        long bytes = 3L * header.width() * header.height();
        if (bytes > 3 * PngLimits.ARRAY_PIXELS || !HeapSpace.holds(bytes)) {
            throw faults.invalid(
                    PngHeader.PLACE,
                    "a picture that fits in memory, of which " + HeapSpace.left() + " bytes are left",
                    "a " + header.width() + " x " + header.height() + " picture, which takes " + bytes + " bytes",
                    "Is this the file you meant? " + HeapSpace.REMEDY);
        }
        byte[] rgb = new byte[(int) bytes];
        read(new PngColours(chunks, rgb, 3 * header.width(), faults), null);
        return new Png(new Pixels(header.width(), header.height(), rgb), chunks.text());
    }

    /** Takes the rows of a picture, one after another. */
    @FunctionalInterface
    public interface Rows {

        /**
         * Takes one.
         *
         * @param y its place from the top
         * @param rgb its samples, valid during the call // [width, 3]
         */
        void take(int y, byte[] rgb) throws PxiException;
    }

    /** Whether the rows can be had one after another, which those of an interlaced picture cannot. */
    public boolean hasRowsInOrder() {
        return !header.interlaced();
    }

    /**
     * Decodes a picture row by row and keeps none of them.
     *
     * @throws IllegalStateException the picture is interlaced
     * @throws PxiException as {@link #decode} says, but for memory
     */
    public void read(Rows rows) throws PxiException {
        if (header.interlaced()) {
            throw new IllegalStateException("the rows of an interlaced picture do not come in order");
        }
        byte[] row = new byte[3 * header.width()];
        read(new PngColours(chunks, row, 0, faults), y -> rows.take(y, row));
    }

    /**
     * Checks every byte of the file and every pixel, and keeps nothing.
     *
     * @param limits the largest picture that is worth the time
     * @throws PxiException as {@link #decode} says, but for memory
     */
    public void check(PngLimits limits) throws PxiException {
        header.require(limits, faults);
        PngColours colours = new PngColours(chunks, new byte[3 * header.width()], 0, faults);
        read(colours.mayRefuse() ? colours : null, null);
    }

    /** Told of each row that is done. */
    private interface RowDone {
        void row(int y) throws PxiException;
    }

    private void read(@Nullable PngColours colours, @Nullable RowDone done) throws PxiException {
        try (PngImageData data = new PngImageData(in, chunks.firstData(), faults)) {
            for (PngPass pass : header.interlaced() ? PngPass.ADAM7 : PngPass.WHOLE) {
                readPass(pass, data, colours, done);
            }
            data.finish();
        }
    }

    private void requireEnoughData() throws PxiException {
        long row = header.rowBytes(header.width());
        long most = Integer.MAX_VALUE / 2 - STRIP_BYTES;
        // Two rows of samples, one of colours: all that is held of a picture that is not kept.
        if (row > most || 3L * header.width() > most || !HeapSpace.holds(2 * row + 3L * header.width())) {
            throw faults.invalid(
                    PngHeader.PLACE,
                    "rows of less than 1 GiB, which fit in the " + HeapSpace.left() + " bytes of memory that are left",
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

    private void readPass(PngPass pass, PngImageData data, @Nullable PngColours colours, @Nullable RowDone done)
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
            undoFilter(strip, at, pitch - 1, y, data);
            if (colours != null) {
                colours.put(strip, at, columns, pass, y);
            }
            if (done != null) {
                done.row(y);
            }
        }
    }

    /** Undoes the filter of the row of {@code length} bytes at {@code at}; the row above ends just before its filter byte. */
    private void undoFilter(byte[] rows, int at, int length, int y, PngImageData data) throws PxiException {
        int filter = rows[at - 1];
        if (!PngFilter.undo(filter, rows, at, at - length - 1, length, header.filterDistance())) {
            throw faults.invalid(
                    "row " + y + " in " + data.place(),
                    "a row filter from 0 to 4",
                    "filter " + (filter & 0xFF),
                    PngFaults.SAVE_AGAIN);
        }
    }
}
