package org.pixelllm.pxvm.executor.simd.attention;

import org.pixelllm.pxvm.executor.memory.Positions;

/** The two products of attention, in one form. */
public interface Heads {

    /** Whether this reads turned keys as they are. */
    boolean turnsKeys();

    /** Fills a tile's scores, times its scale, wherever a row looks back; what is elsewhere may be anything. */
    void scores(HeadTile tile, Positions positions, int keys, int column);

    /** Adds to a tile's sums the values of the positions that each row looks back on, times its weights. */
    void mix(HeadTile tile, Positions positions, int values, int column);
}
