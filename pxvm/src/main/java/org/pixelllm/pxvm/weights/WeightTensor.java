package org.pixelllm.pxvm.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A weight in place. Rows are {@link #stride} bytes apart within a page and never straddle two pages, unless a
 * row is longer than a page: then it begins a page and goes on at the start of the following ones.
 *
 * @param type how elements are kept
 * @param range the tensor's range, where its type needs one
 * @param rows number of rows; a vector is one row
 * @param columns elements in a row
 * @param pages the pages that hold it
 * @param firstPage the page of row 0
 * @param offset byte offset of row 0 in its page, a multiple of 64
 * @param stride bytes from one row's start to the next one's in a page, a multiple of 64
 * @param rowsPerPage rows in each full page; 0 where each row takes several pages
 */
public record WeightTensor(
        ElementType type,
        Range range,
        int rows,
        int columns,
        Pages pages,
        long firstPage,
        int offset,
        long stride,
        int rowsPerPage) {

    /**
     * Encodes values into memory of their own, which lasts as long as the arena.
     *
     * @param values row by row // [rows, columns]
     */
    public static WeightTensor inMemory(Arena arena, ElementType type, int rows, int columns, float[] values) {
        WeightCodec codec = type.codec();
        Range range = codec.range(values);
        long stride = Weights.roundUp(codec.rowBytes(columns));
        MemorySegment memory = arena.allocate(rows * stride, Weights.ALIGNMENT);
        byte[] bytes = new byte[Math.toIntExact(stride)];
        float[] row = new float[columns];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(values, r * columns, row, 0, columns);
            codec.encode(row, range, bytes, 0);
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory, r * stride, stride);
        }
        int all = Math.toIntExact(memory.byteSize());
        return new WeightTensor(
                type, range, rows, columns, new Pages(memory, 0, all, all, Long.MAX_VALUE, 0), 0, 0, stride, rows);
    }

    /** Whether each row lies in one piece. */
    public boolean hasWholeRows() {
        return rowsPerPage > 0;
    }

    /** Byte offset of a row's first element in the pages' memory. */
    public long rowOffset(int row) {
        if (rowsPerPage > 0) {
            return pages.offset(firstPage + row / rowsPerPage) + offset + row % rowsPerPage * stride;
        }
        return pages.offset(firstPage + row * pagesPerRow());
    }

    private long pagesPerRow() {
        return Math.ceilDiv(stride, pages.payload());
    }

    /** The row after the last one that lies in the same page as this one, at regular strides. */
    public int runEnd(int row) {
        return rowsPerPage > 0 ? Math.min(rows, (row / rowsPerPage + 1) * rowsPerPage) : row + 1;
    }

    /** Reads a row's values into {@code to}, from index {@code at}. */
    public void decodeRow(int row, float[] to, int at) {
        WeightCodec codec = type.codec();
        if (rowsPerPage > 0) {
            codec.decode(pages.memory(), rowOffset(row), range, to, at, columns);
            return;
        }
        int piece = codec.columns(pages.payload());
        long page = firstPage + row * pagesPerRow();
        for (int done = 0; done < columns; done += piece) {
            int count = Math.min(piece, columns - done);
            codec.decode(pages.memory(), pages.offset(page++), range, to, at + done, count);
        }
    }

    /** Copies a row's bytes as they are into {@code to}, from index {@code at}. */
    public void copyRow(int row, byte[] to, int at) {
        int bytes = Math.toIntExact(type.codec().rowBytes(columns));
        if (rowsPerPage > 0) {
            pages.copy(rowOffset(row), to, at, bytes);
            return;
        }
        long page = firstPage + row * pagesPerRow();
        for (int done = 0; done < bytes; done += pages.payload()) {
            pages.copy(pages.offset(page++), to, at + done, Math.min(pages.payload(), bytes - done));
        }
    }

    /** All values, row by row. */
    public float[] decode() {
        float[] values = new float[Math.multiplyExact(rows, columns)];
        for (int row = 0; row < rows; row++) {
            decodeRow(row, values, row * columns);
        }
        return values;
    }
}
