package org.pixelllm.pxvm.executor.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** Memory of some positions. Sessions that went on from the same text have the same block, which none of them writes to. */
final class Block {

    private static final long ALIGNMENT = 64;

    final MemorySegment memory;
    final byte[] turned; // of each tensor, a bit a group; read by many threads, written by the one that steps
    private final Arena arena;
    private final AtomicInteger users = new AtomicInteger(1);

    @SuppressWarnings("MustBeClosedChecker") // Closed when nobody uses the block any more.
    Block(StateLayout layout) {
        turned = new byte[layout.tensors().size()];
        arena = Arena.ofShared();
        try {
            memory = arena.allocate(layout.blockBytes(), ALIGNMENT);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    Block share() {
        users.incrementAndGet();
        return this;
    }

    boolean isShared() {
        return users.get() > 1;
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            arena.close();
        }
    }
}
