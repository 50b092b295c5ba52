package org.pixelllm.pxvm.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A weight in place: {@link Groups} of rows, {@link #stride} bytes apart within a page. A group that is longer than a
 * page begins one and goes on at the start of the following ones, cut between units; all groups of a tensor are then cut
 * at the same columns.
 *
 * @param range the tensor's range, where its type needs one
 * @param groups type, rows and columns, and how many rows lie side by side
 * @param pages the pages that hold it
 * @param firstPage the page of group 0
 * @param offset byte offset of group 0 in its page, a multiple of 64
 * @param groupsPerPage groups in each full page; 0 where each takes several pages
 * @param skipped groups that lie there before the first one of this weight, which are of another part of the same tensor
 */
public record WeightTensor(
        Range range, Groups groups, Pages pages, long firstPage, int offset, int groupsPerPage, int skipped) {

    /** A whole tensor. */
    public WeightTensor(Range range, Groups groups, Pages pages, long firstPage, int offset, int groupsPerPage) {
        this(range, groups, pages, firstPage, offset, groupsPerPage, 0);
    }

    /**
     * Encodes a matrix into memory of its own, which lasts as long as the arena.
     *
     * @param values row by row // [rows, columns]
     */
    public static WeightTensor matrix(Arena arena, ElementType type, int rows, int columns, float[] values) {
        return inMemory(arena, new Groups(type, rows, columns, Groups.MATRIX), values);
    }

    /**
     * Encodes a vector into memory of its own, which lasts as long as the arena.
     *
     * @param values // [columns]
     */
    public static WeightTensor vector(Arena arena, ElementType type, float[] values) {
        return inMemory(arena, new Groups(type, 1, values.length, Groups.VECTOR), values);
    }

    /** Encodes values, row by row, into memory of their own, which lasts as long as the arena. */
    public static WeightTensor inMemory(Arena arena, Groups groups, float[] values) {
        WeightCodec codec = groups.codec();
        Range range = codec.range(values);
        byte[] bytes = new byte[Math.toIntExact(groups.count() * groups.stride())];
        byte[] row = new byte[codec.rowBytes(groups.columns())];
        float[] its = new float[groups.columns()];
        for (int r = 0; r < groups.rows(); r++) {
            System.arraycopy(values, r * its.length, its, 0, its.length);
            codec.encode(its, range, row, 0);
            int at = Math.toIntExact(r / groups.lines() * groups.stride());
            groups.spread(row, 0, r % groups.lines(), groups.units(), bytes, at);
        }
        MemorySegment memory = arena.allocate(bytes.length, Weights.ALIGNMENT);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory, 0, bytes.length);
        Pages pages = new Pages(memory, 0, bytes.length, bytes.length, Long.MAX_VALUE, 0);
        return new WeightTensor(range, groups, pages, 0, 0, groups.count());
    }

    /** How elements are kept. */
    public ElementType type() {
        return groups.type();
    }

    /** Number of rows; a vector is one. */
    public int rows() {
        return groups.rows();
    }

    /** Elements in a row. */
    public int columns() {
        return groups.columns();
    }

    /** Rows of a group. */
    public int lines() {
        return groups.lines();
    }

    /** Bytes from one group's start to the next one's in a page, a multiple of 64. */
    public long stride() {
        return groups.stride();
    }

    /** Whether each group lies in one piece. */
    public boolean hasWholeGroups() {
        return groupsPerPage > 0;
    }

    /** Pieces of a group: 1 where it is whole. */
    public int pieces() {
        return hasWholeGroups() ? 1 : groups.pieces(pages.payload());
    }

    /** Columns of every piece but the last, which has what is left; all columns where groups are whole. */
    public int pieceColumns() {
        return hasWholeGroups()
                ? columns()
                : groups.unitsOfPiece(pages.payload()) * groups.codec().unitColumns();
    }

    /** Byte offset of a group's first unit in the pages' memory. */
    public long groupOffset(int group) {
        return pieceOffset(group, 0);
    }

    /** Byte offset of a piece of a group. */
    public long pieceOffset(int group, int piece) {
        int at = skipped + group;
        if (groupsPerPage > 0) {
            return pages.offset(firstPage + at / groupsPerPage) + offset + at % groupsPerPage * groups.stride();
        }
        return pages.offset(firstPage + (long) at * groups.pieces(pages.payload()) + piece);
    }

    /**
     * Some of its rows as a weight of their own, in the same memory.
     *
     * @param first the first of them, which begins a group
     * @param count how many
     */
    public WeightTensor part(int first, int count) {
        if (first % lines() != 0 || first < 0 || count < 1 || count > rows() - first) {
            throw new IllegalArgumentException(
                    "rows %d to %d of %d in groups of %d".formatted(first, first + count, rows(), lines()));
        }
        Groups some = new Groups(type(), count, columns(), lines());
        return new WeightTensor(range, some, pages, firstPage, offset, groupsPerPage, skipped + first / lines());
    }

    /** Reads a row's values into {@code to}, from index {@code at}. */
    public void decodeRow(int row, float[] to, int at) {
        byte[] bytes = new byte[groups.codec().rowBytes(columns())];
        copyRow(row, bytes, 0);
        groups.codec().decode(bytes, 0, range, to, at, columns());
    }

    /** Copies a row's bytes, unit after unit, into {@code to}, from index {@code at}. */
    public void copyRow(int row, byte[] to, int at) {
        byte[] group = new byte[groupBytes()];
        copyGroup(row / groups.lines(), group);
        collect(group, row % groups.lines(), to, at);
    }

    /**
     * Reads the values of a group's rows, those that only fill it up too.
     *
     * @param to receives them, from index {@code at} // [lines, columns]
     */
    public void decodeGroup(int group, float[] to, int at) {
        byte[] bytes = new byte[groupBytes()];
        copyGroup(group, bytes);
        byte[] row = new byte[groups.codec().rowBytes(columns())];
        for (int line = 0; line < groups.lines(); line++) {
            collect(bytes, line, row, 0);
            groups.codec().decode(row, 0, range, to, at + line * columns(), columns());
        }
    }

    private void collect(byte[] group, int line, byte[] to, int at) {
        groups.collect(group, line, groups.units(), to, at);
    }

    private int groupBytes() {
        return Math.multiplyExact(groups.units(), groups.unitBytes());
    }

    /** Copies a group's bytes, piece after piece. */
    private void copyGroup(int group, byte[] to) {
        int piece = hasWholeGroups() ? to.length : groups.unitsOfPiece(pages.payload()) * groups.unitBytes();
        for (int at = 0, i = 0; at < to.length; at += piece, i++) {
            pages.copy(pieceOffset(group, i), to, at, Math.min(piece, to.length - at));
        }
    }

    /** All values, row by row. */
    public float[] decode() {
        float[] values = new float[Math.multiplyExact(rows(), columns())];
        float[] some = new float[groups.lines() * columns()];
        for (int row = 0; row < rows(); row += groups.lines()) {
            decodeGroup(row / groups.lines(), some, 0);
            int count = Math.min(groups.lines(), rows() - row) * columns();
            System.arraycopy(some, 0, values, row * columns(), count);
        }
        return values;
    }
}
