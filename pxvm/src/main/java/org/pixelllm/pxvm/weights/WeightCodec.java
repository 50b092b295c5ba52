package org.pixelllm.pxvm.weights;

import java.lang.foreign.MemorySegment;

/** How one row of a weight type is laid out in bytes. */
public interface WeightCodec {

    /** Bytes of a row of this many elements. */
    long rowBytes(int columns);

    /** Whether a row can only be read in one piece, and so must not be longer than a page. */
    default boolean needsWholeRows() {
        return false;
    }

    /** How many elements this many bytes hold, a multiple of 64. Only for types whose rows may be cut. */
    int columns(int bytes);

    /** Whether encoding needs the range of the whole tensor. */
    default boolean hasRange() {
        return false;
    }

    /** The range that this type needs to encode these values. */
    Range range(float[] values);

    /**
     * Reads elements.
     *
     * @param from the bytes
     * @param offset byte offset of the first element; of the row where rows are whole
     * @param range the tensor's range
     * @param to receives the values
     * @param at index of the first value in {@code to}
     * @param count number of elements; all of the row where rows are whole
     */
    void decode(MemorySegment from, long offset, Range range, float[] to, int at, int count);

    /** Writes a row as its type rounds it. */
    void encode(float[] row, Range range, byte[] to, int at);
}
