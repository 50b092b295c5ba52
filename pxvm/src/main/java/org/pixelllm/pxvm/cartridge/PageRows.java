package org.pixelllm.pxvm.cartridge;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.weights.Pages;

/**
 * Recognises a page-row PNG in mapped memory, without decoding it.
 *
 * @param width pixels in a row
 * @param rows rows of pixels
 * @param pages where the rows' pixels lie
 */
record PageRows(int width, long rows, Pages pages) {

    private static final ValueLayout.OfInt BIG = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final int IHDR_END = 33;
    private static final int EIGHT_BIT_RGB = 0x08020000;
    private static final int IHDR = 0x49484452;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;
    private static final long NO_BREAK = Long.MAX_VALUE;

    /** The layout of these bytes, or null where they are no page-row PNG of exactly this length. */
    static @Nullable PageRows locate(MemorySegment file) {
        long size = file.byteSize();
        if (size < IHDR_END + PageFormat.CHUNK_FRAME || !startsWith(file, PageRowPng.SIGNATURE)) {
            return null;
        }
        int width = file.get(BIG, 16);
        int rows = file.get(BIG, 20);
        if (file.get(BIG, 12) != IHDR
                || file.get(BIG, 24) != EIGHT_BIT_RGB
                || file.get(BYTE, 28) != 0
                || width < PageFormat.MIN_WIDTH
                || width > PageFormat.MAX_WIDTH
                || rows < 1) {
            return null;
        }
        long at = IHDR_END;
        while (at <= size - PageFormat.CHUNK_HEADER && file.get(BIG, at + 4) != IDAT) {
            at += PageFormat.CHUNK_FRAME + (file.get(BIG, at) & 0xFFFFFFFFL);
        }
        if (at > size - PageFormat.CHUNK_HEADER - PageFormat.ZLIB_HEADER) {
            return null;
        }
        long data = at + PageFormat.CHUNK_HEADER;
        long base = data + PageFormat.ZLIB_HEADER + PageFormat.frame(width);
        int pitch = PageFormat.pitch(width);
        long first = file.get(BIG, at) & 0xFFFFFFFFL;
        long whole = PageFormat.ZLIB_HEADER + (long) rows * pitch + PageFormat.ADLER;
        long run = first == whole ? NO_BREAK : (first - PageFormat.ZLIB_HEADER) / pitch;
        if (base % PageFormat.ALIGNMENT != 0 || run < 1) {
            return null;
        }
        Pages pages = new Pages(file, base, pitch, PageFormat.payload(width), run, PageFormat.breakGap());
        long end = pages.offset(rows - 1) + 3L * width + PageFormat.ADLER + 4;
        boolean fits = size == end + PageFormat.CHUNK_FRAME
                && file.get(BIG, end + 4) == IEND
                && file.get(BYTE, data) == PageRowPng.ZLIB_STORED[0]
                && file.get(BYTE, data + 1) == PageRowPng.ZLIB_STORED[1]
                && isFramed(pages, width, 0, rows == 1)
                && isFramed(pages, width, rows - 1, true);
        return fits ? new PageRows(width, rows, pages) : null;
    }

    private static boolean startsWith(MemorySegment file, byte[] prefix) {
        return MemorySegment.mismatch(file, 0, prefix.length, MemorySegment.ofArray(prefix), 0, prefix.length) < 0;
    }

    /** Whether the framing before a row is what the writer puts there. */
    static boolean isFramed(Pages pages, int width, long row, boolean last) {
        MemorySegment memory = pages.memory();
        long at = pages.offset(row) - PageFormat.frame(width);
        for (int i = 0; i < PageFormat.emptyBlocks(width); i++) {
            for (byte wanted : PageRowPng.EMPTY_BLOCK) {
                if (memory.get(BYTE, at++) != wanted) {
                    return false;
                }
            }
        }
        int length = 3 * width + 1;
        return memory.get(BYTE, at) == (last ? 1 : 0)
                && memory.get(BYTE, at + 1) == (byte) length
                && memory.get(BYTE, at + 2) == (byte) (length >> 8)
                && memory.get(BYTE, at + 3) == (byte) ~length
                && memory.get(BYTE, at + 4) == (byte) (~length >> 8)
                && memory.get(BYTE, at + 5) == 0;
    }
}
