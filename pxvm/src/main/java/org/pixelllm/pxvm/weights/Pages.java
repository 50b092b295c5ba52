package org.pixelllm.pxvm.weights;

import java.lang.foreign.MemorySegment;

/**
 * Memory in pages of equal size at regular distances: the pixel rows of a mapped cartridge, or plain memory as one
 * page.
 *
 * @param memory where the pages lie; native, so that every kernel sees one kind of segment
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
}
