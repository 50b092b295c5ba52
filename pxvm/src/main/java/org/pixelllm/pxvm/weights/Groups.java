package org.pixelllm.pxvm.weights;

/**
 * How the rows of a tensor are laid side by side: groups of {@link #lines} rows, unit after unit, and in each unit every
 * number of all rows before the next number of any. A vector register then holds one number of several rows, and what
 * it sums up to is several outputs: nothing is added across lanes. The last group is filled up with rows of zeros.
 *
 * @param type how elements are kept
 * @param rows number of rows
 * @param columns elements in a row
 * @param lines rows of a group
 */
public record Groups(ElementType type, int rows, int columns, int lines) {

    /** Rows of a group of a matrix. */
    public static final int MATRIX = 16;

    /** A vector is read as it is. */
    public static final int VECTOR = 1;

    /** How a row becomes bytes. */
    public WeightCodec codec() {
        return type.codec();
    }

    /** How many there are. */
    public int count() {
        return Math.ceilDiv(rows, lines);
    }

    /** Units of a group. */
    public int units() {
        return codec().units(columns);
    }

    /** Bytes of a group's unit. */
    public int unitBytes() {
        return codec().unitBytes() * lines;
    }

    /** Bytes from one group's start to the next one's where both lie in a page: a multiple of 64. */
    public long stride() {
        return Weights.roundUp((long) units() * unitBytes());
    }

    /**
     * Units of every piece but the last where pages of this size hold no group whole; all units where they do.
     *
     * @param payload bytes of a page, at least {@link #unitBytes}
     */
    public int unitsOfPiece(int payload) {
        return stride() <= payload ? units() : payload / unitBytes();
    }

    /** Pieces of a group in pages of this size. */
    public int pieces(int payload) {
        return Math.ceilDiv(units(), unitsOfPiece(payload));
    }

    /**
     * Puts a row into its place among those of its group.
     *
     * @param row the row's bytes, from its first unit
     * @param line its place in the group
     * @param units how many to put
     * @param to receives them, from {@code at}, where the group's unit begins
     */
    public void spread(byte[] row, int rowAt, int line, int units, byte[] to, int at) {
        WeightCodec codec = codec();
        for (int unit = 0; unit < units; unit++) {
            int from = rowAt + unit * codec.unitBytes();
            int base = at + unit * unitBytes();
            for (WeightCodec.Entries entries : codec.entries()) {
                int size = entries.bytes();
                int place = base + entries.at() * lines + line * size;
                for (int i = 0; i < entries.count(); i++, place += size * lines) {
                    for (int b = 0; b < size; b++) {
                        to[place + b] = row[from + entries.at() + i * size + b];
                    }
                }
            }
        }
    }

    /**
     * Takes a row out of its group, the opposite of {@link #spread}.
     *
     * @param group the group's bytes, from the start of a unit
     * @param line the row's place in the group
     * @param units how many to take
     * @param to receives the row's bytes, from {@code at}
     */
    public void collect(byte[] group, int line, int units, byte[] to, int at) {
        WeightCodec codec = codec();
        for (int unit = 0; unit < units; unit++) {
            int base = unit * unitBytes();
            int out = at + unit * codec.unitBytes();
            for (WeightCodec.Entries entries : codec.entries()) {
                int size = entries.bytes();
                int place = base + entries.at() * lines + line * size;
                for (int i = 0; i < entries.count(); i++, place += size * lines) {
                    for (int b = 0; b < size; b++) {
                        to[out + entries.at() + i * size + b] = group[place + b];
                    }
                }
            }
        }
    }
}
