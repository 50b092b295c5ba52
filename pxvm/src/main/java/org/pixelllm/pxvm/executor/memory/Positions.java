package org.pixelllm.pxvm.executor.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A session's keys and values: as many blocks as its positions need, outside of Java's heap. Not safe for use by several threads
 * at once, but for reading.
 */
public final class Positions implements AutoCloseable {

    /** What a session that begins again keeps of its memory. */
    private static final long KEPT = 4L << 20;

    private final StateLayout layout;
    private final List<Block> blocks = new ArrayList<>();

    /** None yet. */
    public Positions(StateLayout layout) {
        this.layout = layout;
    }

    /** Where things lie in a block. */
    public StateLayout layout() {
        return layout;
    }

    /** Bytes that are missing for so many positions. */
    public long missing(int positions) {
        return Math.max(0, layout.bytes(positions) - layout.blockBytes() * blocks.size());
    }

    /**
     * Takes the memory that is missing for so many positions.
     *
     * @throws OutOfMemoryError where the system refuses it
     */
    public void grow(int positions) {
        int wanted = layout.blockBytes() == 0 ? 0 : Math.ceilDiv(positions, StateLayout.BLOCK);
        while (blocks.size() < wanted) {
            blocks.add(new Block(layout));
        }
    }

    /** Bytes that this holds, those shared with others too. */
    public long bytes() {
        return layout.blockBytes() * blocks.size();
    }

    /** The memory of the positions from {@code number · BLOCK} on. */
    public MemorySegment block(int number) {
        return blocks.get(number).memory;
    }

    /** Whether the group of keys that a position belongs to is turned. */
    public boolean isTurned(int id, int position) {
        int group = position % StateLayout.BLOCK / StateLayout.GROUP;
        return (blocks.get(position / StateLayout.BLOCK).turned[layout.number(id)] >> group & 1) != 0;
    }

    void turned(int id, int position) {
        int group = position % StateLayout.BLOCK / StateLayout.GROUP;
        blocks.get(position / StateLayout.BLOCK).turned[layout.number(id)] |= (byte) (1 << group);
    }

    /** Begins again: what others have too is theirs from now on. Nothing is cleared, since no position is read before it is written. */
    public void reset() {
        int kept = 0;
        long most = layout.blockBytes() == 0 ? 0 : KEPT / layout.blockBytes();
        for (Block block : blocks) {
            if (kept < most && !block.isShared()) {
                Arrays.fill(block.turned, (byte) 0);
                blocks.set(kept++, block);
            } else {
                block.release();
            }
        }
        blocks.subList(kept, blocks.size()).clear();
    }

    /**
     * Takes over another's positions. Full blocks are shared; only the last one is copied.
     *
     * @param other of the same layout; not this one
     * @param positions how many it has
     */
    public void copyFrom(Positions other, int positions) {
        List<Block> spare = new ArrayList<>();
        for (Block block : blocks) {
            if (block.isShared()) {
                block.release();
            } else {
                spare.add(block);
            }
        }
        blocks.clear();
        int full = layout.blockBytes() == 0 ? 0 : positions / StateLayout.BLOCK;
        for (int i = 0; i < full; i++) {
            blocks.add(other.blocks.get(i).share());
        }
        if (layout.blockBytes() > 0 && positions % StateLayout.BLOCK > 0) {
            Block last = spare.isEmpty() ? new Block(layout) : spare.removeLast();
            blocks.add(last);
            Block from = other.blocks.get(full);
            System.arraycopy(from.turned, 0, last.turned, 0, last.turned.length);
            copy(from.memory, last.memory, positions % StateLayout.BLOCK);
        }
        spare.forEach(Block::release);
    }

    /** Copies the first positions of a block. */
    private void copy(MemorySegment from, MemorySegment to, int positions) {
        int groups = Math.ceilDiv(positions, StateLayout.GROUP);
        for (int id : layout.tensors()) {
            long at = layout.group(id, 0);
            MemorySegment.copy(from, at, to, at, layout.group(id, groups) - at);
        }
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        blocks.forEach(Block::release);
        blocks.clear();
    }
}
