package org.pixelllm.pxvm.cartridge;

/**
 * The arithmetic of the page-row PNG: every row of pixels is one stored deflate block after a few empty ones, so that
 * rows are at a pitch that is a multiple of 64 bytes. {@code docs/cartridge.md} draws it.
 */
final class PageFormat {

    static final int ALIGNMENT = 64;

    /** The narrowest picture: the header must fit in one page. */
    static final int MIN_WIDTH = 144;

    /** The widest: a row and its filter byte must fit in one stored block of 65,535 bytes. */
    static final int MAX_WIDTH = 21_840;

    /** The longest chunk that PNG allows. */
    static final long MAX_CHUNK = Integer.MAX_VALUE;

    /** A stored block's header: three bits and padding, the length, its complement. */
    static final int BLOCK_HEADER = 5;

    static final int ZLIB_HEADER = 2;
    static final int ADLER = 4;
    static final int CHUNK_FRAME = 12;
    static final int CHUNK_HEADER = 8;

    // 13 is the inverse of 5 modulo 64: that many 5-byte blocks fill up to the next multiple of 64.
    private static final int INVERSE_OF_FIVE = 13;

    private PageFormat() {}

    /** Empty stored blocks before each row. */
    static int emptyBlocks(int width) {
        return Math.floorMod(-(3 * width + BLOCK_HEADER + 1) * INVERSE_OF_FIVE, ALIGNMENT);
    }

    /** Bytes of PNG framing before the pixels of each row: empty blocks, block header, filter byte. */
    static int frame(int width) {
        return BLOCK_HEADER * emptyBlocks(width) + BLOCK_HEADER + 1;
    }

    /** Bytes from one row's pixels to the next one's. */
    static int pitch(int width) {
        return frame(width) + 3 * width;
    }

    /** Bytes of a row that hold data: the largest multiple of 64. */
    static int payload(int width) {
        return 3 * width / ALIGNMENT * ALIGNMENT;
    }

    /** Empty blocks at the start of each IDAT chunk but the first, which keep the rows after it aligned. */
    static int breakBlocks() {
        return Math.floorMod(-CHUNK_FRAME * INVERSE_OF_FIVE, ALIGNMENT);
    }

    /** Bytes that a new IDAT chunk puts between two rows. */
    static int breakGap() {
        return CHUNK_FRAME + BLOCK_HEADER * breakBlocks();
    }

    /** Rows that one IDAT chunk of at most {@code maxChunk} bytes holds. */
    static long rowsPerChunk(int width, long maxChunk) {
        return (maxChunk - (long) BLOCK_HEADER * breakBlocks() - ZLIB_HEADER - ADLER) / pitch(width);
    }
}
