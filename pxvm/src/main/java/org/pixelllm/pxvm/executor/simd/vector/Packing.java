package org.pixelllm.pxvm.executor.simd.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Copies both operands of a product to where {@link RegisterTile} reads them one after the other. */
public final class Packing {

    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT.withOrder(LITTLE);
    private static final long VECTOR = (long) Float.BYTES * Lanes.COUNT;

    /** Whether what stands across is turned in squares of eight by eight; otherwise element by element. */
    private static final boolean HAS_SQUARES = Lanes.COUNT == 8;

    /** Rows that are gone through together: each is read where the last panel's part of it ended, which processors foresee. */
    private static final int ABREAST = 8;

    /** Elements left free after each tile: without them the places of all tiles' columns would share a part of the cache. */
    private static final int GAP = 16;

    private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;
    private static final VectorMask<Float> ODD_LANES = Lanes.lanes(1);
    private static final VectorMask<Float> ODD_PAIRS = Lanes.lanes(2);
    private static final VectorMask<Float> UPPER = Lanes.lanes(4);
    private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(Lanes.FLOAT, i -> i & ~1);
    private static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(Lanes.FLOAT, i -> i | 1);
    private static final VectorShuffle<Float> FRONT_PAIRS = VectorShuffle.fromOp(Lanes.FLOAT, i -> i & ~2);
    private static final VectorShuffle<Float> BACK_PAIRS =
            VectorShuffle.fromOp(Lanes.FLOAT, i -> (i | 2) % Lanes.COUNT);
    private static final VectorShuffle<Float> HALVES = VectorShuffle.fromOp(Lanes.FLOAT, i -> (i ^ 4) % Lanes.COUNT);

    private Packing() {}

    /**
     * Copies a right operand, of which element (i, j) stands at {@code from + i · rowStep + j · columnStep}.
     *
     * @param to receives a panel after the other, the last ones filled up with zeros to whole vectors // [rows, width]
     */
    public static void panels(
            float[] values, int from, int rowStep, int columnStep, int rows, int columns, MemorySegment to) {
        int abreast = columnStep == 1 ? ABREAST : rows;
        for (int row = 0; row < rows; row += abreast) {
            int some = Math.min(abreast, rows - row);
            for (int column = 0; column < columns; column += RegisterTile.WIDE) {
                int width = RegisterTile.width(columns, column);
                int x = from + row * rowStep + column * columnStep;
                long at = Float.BYTES * ((long) column * rows + (long) row * width);
                panel(values, x, rowStep, columnStep, some, Math.min(width, columns - column), width, to, at);
            }
        }
    }

    /**
     * Copies some rows of a panel.
     *
     * @param here columns that there are
     * @param width columns with the zeros
     * @param at the byte from which they stand // [rows, width]
     */
    private static void panel(
            float[] values,
            int from,
            int rowStep,
            int columnStep,
            int rows,
            int here,
            int width,
            MemorySegment to,
            long at) {
        if (here == width && columnStep == 1) {
            rows(values, from, rowStep, rows, width, to, at);
        } else if (here == width && rowStep == 1 && HAS_SQUARES) {
            int whole = rows / Lanes.COUNT * Lanes.COUNT;
            long apart = (long) Float.BYTES * width;
            for (int row = 0; row < whole; row += Lanes.COUNT) {
                for (int column = 0; column < width; column += Lanes.COUNT) {
                    long place = at + row * apart + (long) Float.BYTES * column;
                    square(values, from + row + column * columnStep, columnStep, to, place, apart);
                }
            }
            any(values, from + whole, 1, columnStep, rows - whole, width, width, to, at + whole * apart);
        } else {
            any(values, from, rowStep, columnStep, rows, here, width, to, at);
        }
    }

    private static void rows(float[] values, int from, int rowStep, int rows, int width, MemorySegment to, long at) {
        long place = at;
        for (int row = 0, x = from; row < rows; row++, x += rowStep) {
            for (int i = 0; i < width; i += Lanes.COUNT, place += VECTOR) {
                FloatVector.fromArray(Lanes.FLOAT, values, x + i).intoMemorySegment(to, place, LITTLE);
            }
        }
    }

    private static void any(
            float[] values,
            int from,
            int rowStep,
            int columnStep,
            int rows,
            int here,
            int width,
            MemorySegment to,
            long at) {
        for (int row = 0; row < rows; row++) {
            long place = at + (long) Float.BYTES * width * row;
            for (int i = 0; i < here; i++) {
                to.set(FLOAT, place + (long) Float.BYTES * i, values[from + row * rowStep + i * columnStep]);
            }
            for (int i = here; i < width; i++) {
                to.set(FLOAT, place + (long) Float.BYTES * i, 0);
            }
        }
    }

    /**
     * Turns a square: row i of the result holds element i of each of the eight runs.
     *
     * @param from where the first run's part begins; the next are {@code step} apart
     * @param at the byte of the first result; the next are {@code apart} bytes on
     */
    private static void square(float[] values, int from, int step, MemorySegment to, long at, long apart) {
        FloatVector r0 = FloatVector.fromArray(Lanes.FLOAT, values, from);
        FloatVector r1 = FloatVector.fromArray(Lanes.FLOAT, values, from + step);
        FloatVector r2 = FloatVector.fromArray(Lanes.FLOAT, values, from + 2 * step);
        FloatVector r3 = FloatVector.fromArray(Lanes.FLOAT, values, from + 3 * step);
        FloatVector r4 = FloatVector.fromArray(Lanes.FLOAT, values, from + 4 * step);
        FloatVector r5 = FloatVector.fromArray(Lanes.FLOAT, values, from + 5 * step);
        FloatVector r6 = FloatVector.fromArray(Lanes.FLOAT, values, from + 6 * step);
        FloatVector r7 = FloatVector.fromArray(Lanes.FLOAT, values, from + 7 * step);
        FloatVector a0 = r0.rearrange(EVEN).blend(r1.rearrange(EVEN), ODD_LANES);
        FloatVector a1 = r0.rearrange(ODD).blend(r1.rearrange(ODD), ODD_LANES);
        FloatVector a2 = r2.rearrange(EVEN).blend(r3.rearrange(EVEN), ODD_LANES);
        FloatVector a3 = r2.rearrange(ODD).blend(r3.rearrange(ODD), ODD_LANES);
        FloatVector a4 = r4.rearrange(EVEN).blend(r5.rearrange(EVEN), ODD_LANES);
        FloatVector a5 = r4.rearrange(ODD).blend(r5.rearrange(ODD), ODD_LANES);
        FloatVector a6 = r6.rearrange(EVEN).blend(r7.rearrange(EVEN), ODD_LANES);
        FloatVector a7 = r6.rearrange(ODD).blend(r7.rearrange(ODD), ODD_LANES);
        FloatVector b0 = a0.rearrange(FRONT_PAIRS).blend(a2.rearrange(FRONT_PAIRS), ODD_PAIRS);
        FloatVector b2 = a0.rearrange(BACK_PAIRS).blend(a2.rearrange(BACK_PAIRS), ODD_PAIRS);
        FloatVector b1 = a1.rearrange(FRONT_PAIRS).blend(a3.rearrange(FRONT_PAIRS), ODD_PAIRS);
        FloatVector b3 = a1.rearrange(BACK_PAIRS).blend(a3.rearrange(BACK_PAIRS), ODD_PAIRS);
        FloatVector b4 = a4.rearrange(FRONT_PAIRS).blend(a6.rearrange(FRONT_PAIRS), ODD_PAIRS);
        FloatVector b6 = a4.rearrange(BACK_PAIRS).blend(a6.rearrange(BACK_PAIRS), ODD_PAIRS);
        FloatVector b5 = a5.rearrange(FRONT_PAIRS).blend(a7.rearrange(FRONT_PAIRS), ODD_PAIRS);
        FloatVector b7 = a5.rearrange(BACK_PAIRS).blend(a7.rearrange(BACK_PAIRS), ODD_PAIRS);
        b0.blend(b4.rearrange(HALVES), UPPER).intoMemorySegment(to, at, LITTLE);
        b1.blend(b5.rearrange(HALVES), UPPER).intoMemorySegment(to, at + apart, LITTLE);
        b2.blend(b6.rearrange(HALVES), UPPER).intoMemorySegment(to, at + 2 * apart, LITTLE);
        b3.blend(b7.rearrange(HALVES), UPPER).intoMemorySegment(to, at + 3 * apart, LITTLE);
        b0.rearrange(HALVES).blend(b4, UPPER).intoMemorySegment(to, at + 4 * apart, LITTLE);
        b1.rearrange(HALVES).blend(b5, UPPER).intoMemorySegment(to, at + 5 * apart, LITTLE);
        b2.rearrange(HALVES).blend(b6, UPPER).intoMemorySegment(to, at + 6 * apart, LITTLE);
        b3.rearrange(HALVES).blend(b7, UPPER).intoMemorySegment(to, at + 7 * apart, LITTLE);
    }

    /** Elements from a tile of a left operand to the next. */
    public static int tileStep(int columns) {
        return RegisterTile.ROWS * columns + GAP;
    }

    /**
     * Copies whole tiles of a left operand, of which element (i, j) stands at {@code from + i · rowStep + j · columnStep}.
     *
     * @param rows a multiple of {@link RegisterTile#ROWS}
     * @param to receives the tiles, {@link #tileStep} apart // [rows / ROWS] of [columns, ROWS]
     */
    public static void tiles(float[] values, int from, int rowStep, int columnStep, int rows, int columns, float[] to) {
        int tile = tileStep(columns);
        if (RegisterTile.ROWS == FOUR.length() && rowStep == 1) {
            for (int column = 0, x = from; column < columns; column++, x += columnStep) {
                across(values, x, rows, to, FOUR.length() * column, tile);
            }
            return;
        }
        for (int row = 0, at = 0; row < rows; row += RegisterTile.ROWS, at += tile) {
            int begin = from + row * rowStep;
            if (RegisterTile.ROWS == FOUR.length() && columnStep == 1) {
                four(values, begin, rowStep, columns, to, at);
                continue;
            }
            for (int column = 0; column < columns; column++) {
                for (int r = 0; r < RegisterTile.ROWS; r++) {
                    to[at + column * RegisterTile.ROWS + r] = values[begin + r * rowStep + column * columnStep];
                }
            }
        }
    }

    /** The elements of a column, which follow one another. */
    private static void across(float[] values, int from, int rows, float[] to, int at, int tile) {
        int place = at;
        for (int x = from; x < from + rows; x += FOUR.length(), place += tile) {
            FloatVector.fromArray(FOUR, values, x).intoArray(to, place);
        }
    }

    /**
     * Copies four rows whose elements follow one another, the next row {@code step} on, to a tile.
     *
     * @param to receives the tile from {@code at} // [columns, 4]
     */
    public static void four(float[] values, int from, int step, int columns, float[] to, int at) {
        int done = HAS_SQUARES ? eights(values, from, step, columns, to, at) : 0;
        for (int column = done, place = at + FOUR.length() * done; column < columns; column++, place += FOUR.length()) {
            to[place] = values[from + column];
            to[place + 1] = values[from + step + column];
            to[place + 2] = values[from + 2 * step + column];
            to[place + 3] = values[from + 3 * step + column];
        }
    }

    /** Eight columns at a time; returns those done. */
    private static int eights(float[] values, int from, int step, int columns, float[] to, int at) {
        int column = 0;
        for (int place = at; column + 8 <= columns; column += 8, place += 32) {
            FloatVector r0 = FloatVector.fromArray(Lanes.FLOAT, values, from + column);
            FloatVector r1 = FloatVector.fromArray(Lanes.FLOAT, values, from + step + column);
            FloatVector r2 = FloatVector.fromArray(Lanes.FLOAT, values, from + 2 * step + column);
            FloatVector r3 = FloatVector.fromArray(Lanes.FLOAT, values, from + 3 * step + column);
            FloatVector a0 = r0.rearrange(EVEN).blend(r1.rearrange(EVEN), ODD_LANES);
            FloatVector a1 = r0.rearrange(ODD).blend(r1.rearrange(ODD), ODD_LANES);
            FloatVector a2 = r2.rearrange(EVEN).blend(r3.rearrange(EVEN), ODD_LANES);
            FloatVector a3 = r2.rearrange(ODD).blend(r3.rearrange(ODD), ODD_LANES);
            FloatVector b0 = a0.rearrange(FRONT_PAIRS).blend(a2.rearrange(FRONT_PAIRS), ODD_PAIRS);
            FloatVector b2 = a0.rearrange(BACK_PAIRS).blend(a2.rearrange(BACK_PAIRS), ODD_PAIRS);
            FloatVector b1 = a1.rearrange(FRONT_PAIRS).blend(a3.rearrange(FRONT_PAIRS), ODD_PAIRS);
            FloatVector b3 = a1.rearrange(BACK_PAIRS).blend(a3.rearrange(BACK_PAIRS), ODD_PAIRS);
            b0.blend(b1.rearrange(HALVES), UPPER).intoArray(to, place);
            b2.blend(b3.rearrange(HALVES), UPPER).intoArray(to, place + 8);
            b0.rearrange(HALVES).blend(b1, UPPER).intoArray(to, place + 16);
            b2.rearrange(HALVES).blend(b3, UPPER).intoArray(to, place + 24);
        }
        return column;
    }
}
