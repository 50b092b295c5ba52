package org.pixelllm.pxvm.weights;

/**
 * How the elements of a row become bytes. A row is a run of <em>units</em>: the fewest columns that can be read by
 * themselves. {@link Groups} lays rows side by side; here a row is alone, its units one after the other.
 */
public interface WeightCodec {

    /** Columns of a unit: 1 where every element stands for itself. The last unit of a row may hold fewer. */
    int unitColumns();

    /** Bytes of a row's unit. */
    int unitBytes();

    /** Columns that share a scale; 1 where there are no scales. */
    int blockColumns();

    /** What a unit's bytes are, in order and without gaps. */
    Entries[] entries();

    /**
     * Numbers of one size that follow one another in a unit.
     *
     * @param at byte offset in the unit
     * @param count how many
     * @param bytes of each
     */
    record Entries(int at, int count, int bytes) {}

    /** Units of a row of this many elements. */
    default int units(int columns) {
        return Math.ceilDiv(columns, unitColumns());
    }

    /** Bytes of a row of this many elements. */
    default int rowBytes(int columns) {
        return Math.multiplyExact(units(columns), unitBytes());
    }

    /** Whether encoding needs the range of the whole tensor. */
    default boolean hasRange() {
        return false;
    }

    /** The range that this type needs to encode these values. */
    default Range range(float[] values) {
        return Range.NONE;
    }

    /**
     * Reads elements.
     *
     * @param from a row's bytes
     * @param offset of the first unit
     * @param range the tensor's range
     * @param to receives the values
     * @param at index of the first value in {@code to}
     * @param count number of elements, of which only the last may leave a unit unfinished
     */
    void decode(byte[] from, int offset, Range range, float[] to, int at, int count);

    /** Writes a row as its type rounds it. What its last unit has beyond the row is written as zeros. */
    void encode(float[] row, Range range, byte[] to, int at);
}
