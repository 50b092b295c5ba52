package org.pixelllm.protocol.png;

/** The five row filters of PNG, undone in place. */
final class PngFilter {

    static final int NONE = 0;
    static final int SUB = 1;
    static final int UP = 2;
    static final int AVERAGE = 3;
    static final int PAETH = 4;

    private PngFilter() {}

    /**
     * Undoes one row.
     *
     * @param bytes holds the row at {@code at} and the finished row above it at {@code above}
     * @param distance bytes from a sample to the one on its left
     * @return false where {@code filter} is none of the five
     */
    static boolean undo(int filter, byte[] bytes, int at, int above, int length, int distance) {
        switch (filter) {
            case NONE -> {}
            case SUB -> {
                for (int i = distance; i < length; i++) {
                    bytes[at + i] += bytes[at + i - distance];
                }
            }
            case UP -> {
                for (int i = 0; i < length; i++) {
                    bytes[at + i] += bytes[above + i];
                }
            }
            case AVERAGE -> {
                for (int i = 0; i < length; i++) {
                    int left = i < distance ? 0 : bytes[at + i - distance] & 0xFF;
                    bytes[at + i] += (byte) ((left + (bytes[above + i] & 0xFF)) >> 1);
                }
            }
            case PAETH -> {
                for (int i = 0; i < length; i++) {
                    int left = i < distance ? 0 : bytes[at + i - distance] & 0xFF;
                    int corner = i < distance ? 0 : bytes[above + i - distance] & 0xFF;
                    bytes[at + i] += (byte) paeth(left, bytes[above + i] & 0xFF, corner);
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static int paeth(int left, int up, int corner) {
        int toLeft = Math.abs(up - corner);
        int toUp = Math.abs(left - corner);
        int toCorner = Math.abs(left + up - 2 * corner);
        if (toLeft <= toUp && toLeft <= toCorner) {
            return left;
        }
        return toUp <= toCorner ? up : corner;
    }
}
