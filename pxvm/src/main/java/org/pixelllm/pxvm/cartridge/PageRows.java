package org.pixelllm.pxvm.cartridge;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.weights.Pages;

/**
 * Recognises a page-row PNG in mapped memory, without decoding it.
 *
 * @param width pixels in a row
 * @param rows rows of pixels
 * @param pages where the rows' pixels are
 */
record PageRows(int width, long rows, Pages pages) {

    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final short ZLIB_STORED = 0x7801;
    private static final int IHDR_BYTES = 13;
    private static final int IHDR_END = 33;
    private static final int EIGHT_BIT_RGB = 0x08020000;
    private static final int IHDR = 0x49484452;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;
    private static final int ANCILLARY_BIT = 0x20000000;

    /** Ancillary chunks that change what is seen: tRNS and those of animations. */
    private static final List<Integer> SEEN = List.of(0x74524E53, 0x6163544C, 0x6663544C, 0x66644154);

    private static final long NO_BREAK = Long.MAX_VALUE;

    /**
     * The layout of these bytes, or null where they are no page-row PNG of exactly this length: the chunks are looked at
     * one by one, their data and checksums are not. What is null here is left to the decoder, which says why.
     */
    static @Nullable PageRows locate(MemorySegment file) {
        long size = file.byteSize();
        if (size < IHDR_END + PageFormat.CHUNK_FRAME) {
            return null;
        }
        ByteBuffer start = bytes(file, 0, IHDR_END);
        int width = start.getInt(16);
        int rows = start.getInt(20);
        if (start.getLong(0) != SIGNATURE
                || start.getInt(8) != IHDR_BYTES
                || start.getInt(12) != IHDR
                || start.getInt(24) != EIGHT_BIT_RGB
                || start.get(28) != 0
                || width < PageFormat.MIN_WIDTH
                || width > PageFormat.MAX_WIDTH
                || rows < 1) {
            return null;
        }
        long data = firstData(file);
        if (data < 0) {
            return null;
        }
        ByteBuffer head = bytes(file, data - PageFormat.CHUNK_HEADER, PageFormat.CHUNK_HEADER + PageFormat.ZLIB_HEADER);
        long length = head.getInt(0) & 0xFFFFFFFFL;
        int pitch = PageFormat.pitch(width);
        long whole = PageFormat.ZLIB_HEADER + (long) rows * pitch + PageFormat.ADLER;
        long run = length == whole ? NO_BREAK : (length - PageFormat.ZLIB_HEADER) / pitch;
        long base = data + PageFormat.ZLIB_HEADER + PageFormat.frame(width);
        if (head.getShort(PageFormat.CHUNK_HEADER) != ZLIB_STORED || base % PageFormat.ALIGNMENT != 0 || run < 1) {
            return null;
        }
        Pages pages = new Pages(file, base, pitch, PageFormat.payload(width), run, PageFormat.breakGap());
        long end = pages.offset(rows - 1) + 3L * width + PageFormat.ADLER + 4;
        boolean fits = size == end + PageFormat.CHUNK_FRAME
                && isChunk(file, end, IEND, 0)
                && areContinued(file, pages, width, rows, length)
                && isFramed(pages, width, 0, rows == 1)
                && isFramed(pages, width, rows - 1, true);
        return fits ? new PageRows(width, rows, pages) : null;
    }

    private static boolean isChunk(MemorySegment file, long at, int type, long length) {
        ByteBuffer header = bytes(file, at, PageFormat.CHUNK_HEADER);
        return header.getInt(4) == type && (header.getInt(0) & 0xFFFFFFFFL) == length;
    }

    /** Whether the first chunk of pixels and every further one have the lengths that their rows take. */
    private static boolean areContinued(MemorySegment file, Pages pages, int width, long rows, long first) {
        long run = pages.run();
        if (run == NO_BREAK) {
            return true;
        }
        int pitch = PageFormat.pitch(width);
        int gap = PageFormat.BLOCK_HEADER * PageFormat.breakBlocks();
        boolean fits = run < rows && first == PageFormat.ZLIB_HEADER + run * pitch;
        for (long row = run; fits && row < rows; row += run) {
            long header = pages.offset(row) - PageFormat.frame(width) - gap - PageFormat.CHUNK_HEADER;
            long here = Math.min(run, rows - row);
            long length = gap + here * pitch + (row + here == rows ? PageFormat.ADLER : 0);
            fits = isChunk(file, header, IDAT, length);
        }
        return fits;
    }

    /**
     * Where the first IDAT's data begin, with room for a zlib header after it; −1 where there is none, or a chunk before it
     * that is more than a note.
     */
    private static long firstData(MemorySegment file) {
        long at = IHDR_END;
        while (at <= file.byteSize() - PageFormat.CHUNK_HEADER - PageFormat.ZLIB_HEADER) {
            ByteBuffer chunk = bytes(file, at, PageFormat.CHUNK_HEADER);
            if (chunk.getInt(4) == IDAT) {
                return at + PageFormat.CHUNK_HEADER;
            }
            if ((chunk.getInt(4) & ANCILLARY_BIT) == 0 || SEEN.contains(chunk.getInt(4))) {
                return -1;
            }
            at += PageFormat.CHUNK_FRAME + (chunk.getInt(0) & 0xFFFFFFFFL);
        }
        return -1;
    }

    /** A few bytes. Copied, because the first use of a segment's own getters or buffers costs 20 ms. */
    private static ByteBuffer bytes(MemorySegment file, long at, int count) {
        byte[] copy = new byte[count];
        MemorySegment.copy(file, at, MemorySegment.ofArray(copy), 0, count);
        return ByteBuffer.wrap(copy);
    }

    /** Whether the framing before a row is what the writer puts there. */
    static boolean isFramed(Pages pages, int width, long row, boolean last) {
        ByteBuffer frame = bytes(pages.memory(), pages.offset(row) - PageFormat.frame(width), PageFormat.frame(width));
        for (int i = 0; i < PageFormat.emptyBlocks(width); i++) {
            for (byte wanted : PageRowPng.EMPTY_BLOCK) {
                if (frame.get() != wanted) {
                    return false;
                }
            }
        }
        int length = 3 * width + 1;
        return frame.get() == (last ? 1 : 0)
                && frame.get() == (byte) length
                && frame.get() == (byte) (length >> 8)
                && frame.get() == (byte) ~length
                && frame.get() == (byte) (~length >> 8)
                && frame.get() == 0;
    }
}
