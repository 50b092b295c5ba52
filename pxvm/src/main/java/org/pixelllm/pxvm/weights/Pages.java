package org.pixelllm.pxvm.weights;

import java.lang.foreign.MemorySegment;

/**
 * Memory in pages of equal size at regular distances: the pixel rows of a mapped cartridge, or plain memory as one
 * page.
 *
 * @param memory that holds the pages; native, so that every kernel sees one kind of segment
 * @param base byte offset of page 0
 * @param pitch bytes from a page's start to the next one's
 * @param payload usable bytes of a page, a multiple of 64
 * @param run pages before the first break
 * @param gap further bytes at each break
 */
public record Pages(MemorySegment memory, long base, long pitch, int payload, long run, long gap) {

    /** Byte offset of a page in {@link #memory}. */
    public long offset(long page) {
        return base + page * pitch + page / run * gap;
    }

    /** Copies bytes out of the memory, from any offset in it. */
    public void copy(long from, byte[] to, int at, int count) {
        // By segments: the copy that takes an array and a layout links a method handle first, for 10 ms.
        MemorySegment.copy(memory, from, MemorySegment.ofArray(to), at, count);
    }
}
