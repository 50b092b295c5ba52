package org.pixelllm.pxvm.executor.memory;

import java.lang.foreign.MemorySegment;

/** Moves keys and values between a session's memory and arrays of floats. For one thread at a time. */
public final class Mover {

    private static final int GROUP = StateLayout.GROUP;
    private static final float MOST_HALF = 65_504;

    private float[] floats = {};
    private float[] turned = {};
    private short[] halves = {};

    /**
     * Writes keys or values.
     *
     * @param id the tensor
     * @param position of the first
     * @param from position after position, from {@code at} // [count, columns]
     */
    public void write(Positions to, int id, int position, int count, float[] from, int at) {
        StateLayout layout = to.layout();
        int columns = layout.columns(id);
        int here;
        for (int done = 0; done < count; done += here) {
            int first = (position + done) % StateLayout.BLOCK;
            here = Math.min(StateLayout.BLOCK - first, count - done);
            MemorySegment block = to.block((position + done) / StateLayout.BLOCK);
            write(block, layout.row(id, first), here * columns, from, at + done * columns, layout.isHalf(id));
        }
    }

    /**
     * Turns the groups of keys that are full and not turned yet.
     *
     * @param filled positions that have been written
     */
    public void turn(Positions keys, int id, int filled) {
        int full = filled / GROUP;
        int from = full;
        while (from > 0 && !keys.isTurned(id, (from - 1) * GROUP)) {
            from--;
        }
        StateLayout layout = keys.layout();
        int columns = layout.columns(id);
        boolean half = layout.isHalf(id);
        for (int group = from; group < full; group++) {
            MemorySegment block = keys.block(group * GROUP / StateLayout.BLOCK);
            long place = layout.group(id, group * GROUP % StateLayout.BLOCK / GROUP);
            floats = grown(floats, GROUP * columns);
            turned = grown(turned, GROUP * columns);
            read(block, place, GROUP * columns, floats, 0, half);
            for (int row = 0; row < GROUP; row++) {
                for (int i = 0; i < columns; i++) {
                    turned[i * GROUP + row] = floats[row * columns + i];
                }
            }
            write(block, place, GROUP * columns, turned, 0, half);
            keys.turned(id, group * GROUP);
        }
    }

    /**
     * Reads one head's keys.
     *
     * @param id the tensor
     * @param first position
     * @param count positions, none of them in another block
     * @param column where the head's begin
     * @param width elements of the head
     * @param to receives them, position after position, from {@code at} // [count, width]
     */
    public void readKeys(Positions from, int id, int first, int count, int column, int width, float[] to, int at) {
        StateLayout layout = from.layout();
        MemorySegment block = from.block(first / StateLayout.BLOCK);
        boolean half = layout.isHalf(id);
        int here;
        for (int done = 0; done < count; done += here) {
            int position = first + done;
            int line = position % GROUP;
            here = Math.min(GROUP - line, count - done);
            if (from.isTurned(id, position)) {
                turned = grown(turned, GROUP * width);
                long place = layout.group(id, position % StateLayout.BLOCK / GROUP)
                        + (long) GROUP * column * layout.elementBytes(id);
                read(block, place, GROUP * width, turned, 0, half);
                for (int row = 0; row < here; row++) {
                    int target = at + (done + row) * width;
                    for (int i = 0; i < width; i++) {
                        to[target + i] = turned[i * GROUP + line + row];
                    }
                }
            } else {
                readRows(block, layout, id, position, here, column, width, to, at + done * width);
            }
        }
    }

    /** The same with values. */
    public void readValues(Positions from, int id, int first, int count, int column, int width, float[] to, int at) {
        MemorySegment block = from.block(first / StateLayout.BLOCK);
        readRows(block, from.layout(), id, first, count, column, width, to, at);
    }

    private void readRows(
            MemorySegment block,
            StateLayout layout,
            int id,
            int first,
            int count,
            int column,
            int width,
            float[] to,
            int at) {
        long place = layout.row(id, first % StateLayout.BLOCK) + (long) column * layout.elementBytes(id);
        long step = (long) layout.columns(id) * layout.elementBytes(id);
        if (width == layout.columns(id)) {
            read(block, place, count * width, to, at, layout.isHalf(id));
            return;
        }
        for (int row = 0; row < count; row++) {
            read(block, place + row * step, width, to, at + row * width, layout.isHalf(id));
        }
    }

    /** All of one head's keys or values // [filled, width] */
    public float[] all(Positions from, int id, boolean keys, int filled, int column, int width) {
        float[] rows = new float[Math.multiplyExact(filled, width)];
        for (int first = 0; first < filled; first += StateLayout.BLOCK) {
            int count = Math.min(StateLayout.BLOCK, filled - first);
            if (keys) {
                readKeys(from, id, first, count, column, width, rows, first * width);
            } else {
                readValues(from, id, first, count, column, width, rows, first * width);
            }
        }
        return rows;
    }

    /** Reads elements that follow one another. */
    public void read(MemorySegment block, long place, int count, float[] to, int at, boolean half) {
        if (!half) {
            MemorySegment.copy(
                    block, place, MemorySegment.ofArray(to), (long) Float.BYTES * at, (long) Float.BYTES * count);
            return;
        }
        halves = grown(halves, count);
        MemorySegment.copy(block, place, MemorySegment.ofArray(halves), 0, (long) Short.BYTES * count);
        for (int i = 0; i < count; i++) {
            to[at + i] = Float.float16ToFloat(halves[i]);
        }
    }

    private void write(MemorySegment block, long place, int count, float[] from, int at, boolean half) {
        if (!half) {
            MemorySegment.copy(
                    MemorySegment.ofArray(from), (long) Float.BYTES * at, block, place, (long) Float.BYTES * count);
            return;
        }
        halves = grown(halves, count);
        for (int i = 0; i < count; i++) {
            halves[i] = half(from[at + i]);
        }
        MemorySegment.copy(MemorySegment.ofArray(halves), 0, block, place, (long) Short.BYTES * count);
    }

    /** The nearest f16; the greatest one for greater numbers, which are no fault of the model. */
    private static short half(float value) {
        boolean beyond = Math.abs(value) > MOST_HALF && Math.abs(value) < Float.POSITIVE_INFINITY;
        return Float.floatToFloat16(beyond ? Math.copySign(MOST_HALF, value) : value);
    }

    private static float[] grown(float[] array, int count) {
        return array.length < count ? new float[count] : array;
    }

    private static short[] grown(short[] array, int count) {
        return array.length < count ? new short[count] : array;
    }
}
