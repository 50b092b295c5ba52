package org.pixelllm.pxvm.executor.simd.attention;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.memory.Positions;
import org.pixelllm.pxvm.executor.memory.StateLayout;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;

/**
 * On the Vector API, for heads of whole rounds of {@link Arithmetic#LANES}. Keys and values are used where they are, f16 ones after
 * they were unpacked. A vector's lanes are several positions' scores: what belongs to one position is summed in the order that
 * {@link Arithmetic} says, without a sum across lanes. For one thread at a time.
 */
public final class VectorHeads implements Heads {

    private static final int GROUP = StateLayout.GROUP;
    private static final int BLOCK = StateLayout.BLOCK;
    private static final int FOUR = 4;

    private final ArrayHeads arrays;
    private final float[] sums = new float[2 * KeyTiles.SUMS]; // of keys' lanes
    private final long[] places = new long[BLOCK / Lanes.COUNT]; // of vectors of keys
    private final int[] begins = new int[HeadTile.ROWS / FOUR]; // what all rows of four look back on
    private final int[] ends = new int[HeadTile.ROWS / FOUR];
    private @Nullable MemorySegment panel; // a block's keys or values as floats

    /** With vectors where they fit, and this where they do not. */
    public VectorHeads(Arithmetic arithmetic) {
        this.arrays = new ArrayHeads(arithmetic);
    }

    /** Whether heads of this width are such. */
    public static boolean suits(int width) {
        return width % Arithmetic.LANES == 0;
    }

    private MemorySegment panel(int width) {
        long bytes = (long) Float.BYTES * BLOCK * width;
        if (panel == null || panel.byteSize() < bytes) {
            panel = Arena.ofAuto().allocate(bytes, GROUP * Float.BYTES);
        }
        return panel;
    }

    @Override
    public boolean turnsKeys() {
        return true;
    }

    @Override
    public void scores(HeadTile tile, Positions positions, int keys, int column) {
        for (int from = tile.base; from < tile.end; from = ArrayHeads.nextBlock(from)) {
            int to = Math.min(tile.end, ArrayHeads.nextBlock(from));
            int whole = from;
            while (whole < to && positions.isTurned(keys, whole)) {
                whole += GROUP;
            }
            if (from < whole) {
                groups(tile, positions, keys, column, from, whole);
            }
            if (whole < to) {
                arrays.scores(tile, positions, keys, column, whole, to);
            }
        }
    }

    /** The scores of whole groups in a block. */
    private void groups(HeadTile tile, Positions positions, int keys, int column, int from, int to) {
        StateLayout layout = positions.layout();
        MemorySegment memory = positions.block(from / BLOCK);
        int width = tile.width;
        boolean half = layout.isHalf(keys);
        MemorySegment read = half ? panel(width) : memory;
        int vectors = (to - from) / Lanes.COUNT;
        for (int position = from; position < to; position += GROUP) {
            long place =
                    layout.group(keys, position % BLOCK / GROUP) + (long) GROUP * column * layout.elementBytes(keys);
            if (half) {
                tile.mover.read(memory, place, GROUP * width, tile.some, 0, true);
                place = (long) Float.BYTES * (position - from) * width;
                MemorySegment.copy(
                        MemorySegment.ofArray(tile.some), 0, read, place, (long) Float.BYTES * GROUP * width);
            }
            for (int line = 0; line < GROUP; line += Lanes.COUNT) {
                places[(position - from + line) / Lanes.COUNT] = place + (long) Float.BYTES * line;
            }
        }
        int most = KeyTiles.vectors(width);
        for (int v = 0; v < vectors; v += most) {
            scores(tile, read, v, Math.min(most, vectors - v), from - tile.base + v * Lanes.COUNT);
        }
    }

    /** The scores of some vectors of keys, from position {@code at} of the tile on. */
    private void scores(HeadTile tile, MemorySegment keys, int first, int vectors, int at) {
        int width = tile.width;
        int row = 0;
        for (; row <= tile.rows - 2; row += 2) {
            KeyTiles.two(keys, places, first, vectors, width, tile.queries, row * width, sums);
            KeyTiles.fold(sums, 0, vectors, tile.scale, tile.scores, row * tile.stride + at);
            KeyTiles.fold(sums, KeyTiles.SUMS, vectors, tile.scale, tile.scores, (row + 1) * tile.stride + at);
        }
        if (row < tile.rows) {
            KeyTiles.one(keys, places, first, vectors, width, tile.queries, row * width, sums);
            KeyTiles.fold(sums, 0, vectors, tile.scale, tile.scores, row * tile.stride + at);
        }
    }

    @Override
    public void mix(HeadTile tile, Positions positions, int values, int column) {
        for (int from = tile.base; from < tile.end; from = ArrayHeads.nextBlock(from)) {
            mix(tile, positions, values, column, from, Math.min(tile.end, ArrayHeads.nextBlock(from)));
        }
    }

    /**
     * Mixes what is in a block. Some columns serve all rows before the next ones are read, so that a block of wide heads need not
     * fit the first-level cache.
     */
    private void mix(HeadTile tile, Positions positions, int values, int column, int from, int to) {
        StateLayout layout = positions.layout();
        int width = tile.width;
        MemorySegment memory = positions.block(from / BLOCK);
        long place = layout.row(values, from % BLOCK) + (long) column * layout.elementBytes(values);
        long step = (long) layout.columns(values) * layout.elementBytes(values);
        if (layout.isHalf(values)) {
            tile.mover.readValues(positions, values, from, to - from, column, width, tile.some, 0);
            memory = panel(width);
            place = 0;
            step = (long) Float.BYTES * width;
            MemorySegment.copy(
                    MemorySegment.ofArray(tile.some), 0, memory, 0, (long) Float.BYTES * (to - from) * width);
        }
        int fours = tile.rows / FOUR * FOUR;
        for (int row = 0; row < fours; row += FOUR) {
            // Rows are in the order of their positions.
            int begin = Math.max(from, tile.first[row + FOUR - 1]);
            int end = Math.min(to, tile.last[row] + 1);
            begins[row / FOUR] = begin < end ? begin : to;
            ends[row / FOUR] = begin < end ? end : to;
            for (int r = row; r < row + FOUR; r++) {
                one(tile, r, memory, place, step, from, from, begins[row / FOUR]);
            }
        }
        for (int i = 0; i < width; i += ValueTiles.COLUMNS) {
            int columns = Math.min(ValueTiles.COLUMNS, width - i);
            for (int row = 0; row < fours; row += FOUR) {
                int begin = begins[row / FOUR];
                ValueTiles.four(
                        memory,
                        place + (long) Float.BYTES * i + (begin - from) * step,
                        step,
                        ends[row / FOUR] - begin,
                        columns,
                        tile.scores,
                        row * tile.stride + begin - tile.base,
                        tile.stride,
                        tile.sums,
                        row * width + i,
                        width);
            }
        }
        for (int row = 0; row < fours; row++) {
            one(tile, row, memory, place, step, from, ends[row / FOUR], to);
        }
        for (int row = fours; row < tile.rows; row++) {
            one(tile, row, memory, place, step, from, from, to);
        }
    }

    /** Mixes for one row what it looks back on of the positions {@code begin … end}. */
    private static void one(
            HeadTile tile, int row, MemorySegment memory, long place, long step, int from, int begin, int end) {
        int first = Math.max(begin, tile.first[row]);
        int count = Math.min(end, tile.last[row] + 1) - first;
        if (count > 0) {
            int weight = row * tile.stride + first - tile.base;
            ValueTiles.one(
                    memory,
                    place + (first - from) * step,
                    step,
                    count,
                    tile.width,
                    tile.scores,
                    weight,
                    tile.sums,
                    row * tile.width);
        }
    }
}
