package org.pixelllm.engine.view;

/**
 * A map of values that is shrunk as they come where it would be too large to draw. Of the values that share a cell the one
 * furthest from zero stays, and one that is no finite number stays before all others: what is not finite is not lost.
 */
public final class Grid {

    private final int rows;
    private final int columns;
    private final int rowStep;
    private final int columnStep;
    private final int height;
    private final int width;
    private final float[] cells; // [height, width]

    /**
     * An empty map, all zero.
     *
     * @param rows of the map
     * @param columns of the map
     * @param maxHeight the most rows of cells, at least 1
     * @param maxWidth the most columns of cells, at least 1
     */
    public Grid(int rows, int columns, int maxHeight, int maxWidth) {
        this.rows = rows;
        this.columns = columns;
        rowStep = Math.ceilDiv(rows, maxHeight);
        columnStep = Math.ceilDiv(columns, maxWidth);
        height = Math.ceilDiv(rows, rowStep);
        width = Math.ceilDiv(columns, columnStep);
        cells = new float[Math.multiplyExact(height, width)];
    }

    /** A square map whose cells are as high as wide. */
    public static Grid square(int side, int most) {
        return new Grid(side, side, most, most);
    }

    /** A whole map. // [rows, columns] */
    public static Grid of(int rows, int columns, float[] values, int maxHeight, int maxWidth) {
        Grid grid = new Grid(rows, columns, maxHeight, maxWidth);
        for (int i = 0; i < rows * columns; i++) {
            grid.put(i / columns, i % columns, values[i]);
        }
        return grid;
    }

    /** Adds a value at its place in the map. */
    public void put(int row, int column, float value) {
        int at = row / rowStep * width + column / columnStep;
        float old = cells[at];
        if (Float.isFinite(old) && (!Float.isFinite(value) || Math.abs(value) > Math.abs(old))) {
            cells[at] = value;
        }
    }

    /** Rows of the map. */
    public int rows() {
        return rows;
    }

    /** Columns of the map. */
    public int columns() {
        return columns;
    }

    /** Rows of the map in one cell. */
    public int rowStep() {
        return rowStep;
    }

    /** Columns of the map in one cell. */
    public int columnStep() {
        return columnStep;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    float cell(int y, int x) {
        return cells[y * width + x];
    }

    /** Whether a cell holds several values. */
    public boolean isShrunk() {
        return rowStep > 1 || columnStep > 1;
    }

    /** What was done to it, in words; empty where each value is a cell. */
    public String note() {
        return isShrunk() ? "each cell: the largest of " + rowStep + " x " + columnStep : "";
    }
}
