package org.pixelllm.pxvm.executor.simd.product;

/**
 * How weights of one type are multiplied, in one form. All take up to {@link Scratch#CHUNK} columns of some groups, from
 * the start of a unit; p0 … p3 are the byte offsets there of the groups that hold the first, second, third and last quarter
 * of the rows that go together.
 */
public interface Kernels {

    /** Groups that go together: 1, 2 or 4. */
    int groups();

    /**
     * Adds the products by one row of x to the sums.
     *
     * @param column the first column, in x
     * @param at where the sums stand // [groups · lines]
     */
    void one(long p0, long p1, long p2, long p3, int columns, XRows x, int row, int column, Scratch own, int at);

    /** Makes ready for {@link #tile}. */
    void unpack(long p0, long p1, long p2, long p3, int columns, Scratch own);

    /**
     * Adds the products by some rows of x to the sums, {@link Scratch#TILE} or the rows that are left: the sums of rows that
     * there are not hold anything.
     *
     * @param column the first column, in x
     * @param at where the sums stand // [TILE, groups · lines]
     */
    void tile(long p0, long p1, long p2, long p3, int columns, XRows x, int row, int column, Scratch own, int at);

    /** Multiplications of a product below which a second thread costs more than it gains. */
    default long worthSharing() {
        return 3 << 14;
    }

    /** Groups that a thread should have at least, a multiple of {@link #groups}. */
    default int grain() {
        return groups();
    }

    /** Told before each product, by one thread: what is used again and again may be made ready for that. */
    default void use(Scratch own) {}

    /**
     * Computes the outputs of some groups by itself.
     *
     * @return false where it does not, and the other methods are to be called
     */
    default boolean multiply(Product product, XRows x, float[] y, int from, int to, Scratch own) {
        return false;
    }
}
