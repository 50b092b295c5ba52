package org.pixelllm.pxvm.executor.simd.attention;

import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.memory.Positions;
import org.pixelllm.pxvm.executor.memory.StateLayout;

/** On arrays: a block's keys or values of a head are copied into one, which then serves all rows. */
public final class ArrayHeads implements Heads {

    private final Arithmetic arithmetic;

    /** In the form of this arithmetic. */
    public ArrayHeads(Arithmetic arithmetic) {
        this.arithmetic = arithmetic;
    }

    @Override
    public boolean turnsKeys() {
        return false;
    }

    @Override
    public void scores(HeadTile tile, Positions positions, int keys, int column) {
        for (int from = tile.base; from < tile.end; from = nextBlock(from)) {
            scores(tile, positions, keys, column, from, Math.min(tile.end, nextBlock(from)));
        }
    }

    static int nextBlock(int position) {
        return (position / StateLayout.BLOCK + 1) * StateLayout.BLOCK;
    }

    /** The scores of some positions, which are in one block. */
    void scores(HeadTile tile, Positions positions, int keys, int column, int from, int to) {
        int width = tile.width;
        tile.mover.readKeys(positions, keys, from, to - from, column, width, tile.some, 0);
        for (int row = 0; row < tile.rows; row++) {
            int begin = Math.max(from, tile.first[row]);
            int count = Math.min(to, tile.last[row] + 1) - begin;
            if (count > 0) {
                int at = row * tile.stride + begin - tile.base;
                arithmetic.dots(
                        tile.queries, row * width, tile.some, (begin - from) * width, width, count, width, tile.dots);
                for (int i = 0; i < count; i++) {
                    tile.scores[at + i] = tile.dots[i] * tile.scale;
                }
            }
        }
    }

    @Override
    public void mix(HeadTile tile, Positions positions, int values, int column) {
        int width = tile.width;
        for (int from = tile.base; from < tile.end; from = nextBlock(from)) {
            int to = Math.min(tile.end, nextBlock(from));
            tile.mover.readValues(positions, values, from, to - from, column, width, tile.some, 0);
            for (int row = 0; row < tile.rows; row++) {
                int begin = Math.max(from, tile.first[row]);
                int count = Math.min(to, tile.last[row] + 1) - begin;
                if (count > 0) {
                    int at = row * tile.stride + begin - tile.base;
                    arithmetic.mix(
                            tile.scores,
                            at,
                            count,
                            tile.some,
                            (begin - from) * width,
                            width,
                            width,
                            tile.sums,
                            row * width);
                }
            }
        }
    }
}
