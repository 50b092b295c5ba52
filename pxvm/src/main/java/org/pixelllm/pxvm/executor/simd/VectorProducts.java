package org.pixelllm.pxvm.executor.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.Products;
import org.pixelllm.pxvm.executor.Workers;

/**
 * Products on the Vector API, in blocks that stay in cache: both matrices are packed into panels, and a tile of 6 rows
 * by 2 vectors of c stays in registers over a block of k (Goto and van de Geijn, <i>Anatomy of High-Performance Matrix
 * Multiplication</i>, 2008).
 */
public final class VectorProducts implements Products {

    private static final int TILE_ROWS = 6;
    private static final int TILE_COLUMNS = 2 * Lanes.COUNT;
    private static final int BLOCK_K = 256;
    private static final int BLOCK_ROWS = 16 * TILE_ROWS;
    private static final int BLOCK_COLUMNS = 16 * TILE_COLUMNS;

    private final Workers workers;
    private final ThreadLocal<Buffers> buffers = ThreadLocal.withInitial(Buffers::new);

    /** One thread's panels. */
    private static final class Buffers {
        final float[] a = new float[BLOCK_ROWS * BLOCK_K];
        final float[] b = new float[BLOCK_K * BLOCK_COLUMNS];
        final float[] edge = new float[TILE_ROWS * TILE_COLUMNS];
    }

    public VectorProducts(Workers workers) {
        this.workers = workers;
    }

    @Override
    public String description() {
        return "Vector API, " + Lanes.FLOAT.vectorBitSize() + "-bit vectors, " + workers.count() + " threads";
    }

    @Override
    public void multiply(int m, int n, int k, View a, View b, float[] c, boolean add) {
        if (!add && k == 0) {
            Arrays.fill(c, 0, m * n, 0);
        }
        if (m >= n) {
            int tiles = Math.ceilDiv(m, TILE_ROWS);
            workers.split(
                    tiles,
                    (from, to) -> block(from * TILE_ROWS, Math.min(m, to * TILE_ROWS), 0, n, n, k, a, b, c, add));
        } else {
            int tiles = Math.ceilDiv(n, TILE_COLUMNS);
            workers.split(
                    tiles,
                    (from, to) -> block(0, m, from * TILE_COLUMNS, Math.min(n, to * TILE_COLUMNS), n, k, a, b, c, add));
        }
    }

    private void block(
            int rowFrom, int rowTo, int colFrom, int colTo, int n, int k, View a, View b, float[] c, boolean add) {
        Buffers own = buffers.get();
        for (int col = colFrom; col < colTo; col += BLOCK_COLUMNS) {
            int cols = Math.min(BLOCK_COLUMNS, colTo - col);
            for (int p = 0; p < k; p += BLOCK_K) {
                int depth = Math.min(BLOCK_K, k - p);
                packColumns(b, p, depth, col, cols, own.b);
                for (int row = rowFrom; row < rowTo; row += BLOCK_ROWS) {
                    int rows = Math.min(BLOCK_ROWS, rowTo - row);
                    packRows(a, row, rows, p, depth, own.a);
                    tiles(own, rows, cols, depth, c, row * n + col, n, add || p > 0);
                }
            }
        }
    }

    /** Panels of 6 rows of a: {@code [panel][k][6]}, short panels filled with zeros. */
    private static void packRows(View a, int row, int rows, int p, int depth, float[] to) {
        int at = 0;
        for (int i = 0; i < rows; i += TILE_ROWS) {
            int here = Math.min(TILE_ROWS, rows - i);
            for (int q = 0; q < depth; q++) {
                int from = a.offset() + (row + i) * a.rowStep() + (p + q) * a.columnStep();
                for (int r = 0; r < TILE_ROWS; r++) {
                    to[at++] = r < here ? a.values()[from + r * a.rowStep()] : 0;
                }
            }
        }
    }

    /** Panels of two vectors of columns of b: {@code [panel][k][2 · lanes]}, short panels filled with zeros. */
    private static void packColumns(View b, int p, int depth, int col, int cols, float[] to) {
        int at = 0;
        for (int j = 0; j < cols; j += TILE_COLUMNS) {
            int here = Math.min(TILE_COLUMNS, cols - j);
            for (int q = 0; q < depth; q++) {
                int from = b.offset() + (p + q) * b.rowStep() + (col + j) * b.columnStep();
                if (b.columnStep() == 1) {
                    System.arraycopy(b.values(), from, to, at, here);
                } else {
                    for (int r = 0; r < here; r++) {
                        to[at + r] = b.values()[from + r * b.columnStep()];
                    }
                }
                Arrays.fill(to, at + here, at + TILE_COLUMNS, 0);
                at += TILE_COLUMNS;
            }
        }
    }

    private static void tiles(Buffers own, int rows, int cols, int depth, float[] c, int at, int n, boolean add) {
        for (int j = 0; j < cols; j += TILE_COLUMNS) {
            int panelB = j / TILE_COLUMNS * depth * TILE_COLUMNS;
            for (int i = 0; i < rows; i += TILE_ROWS) {
                int panelA = i / TILE_ROWS * depth * TILE_ROWS;
                int place = at + i * n + j;
                if (rows - i >= TILE_ROWS && cols - j >= TILE_COLUMNS) {
                    tile(own.a, panelA, own.b, panelB, depth, c, place, n, add);
                } else {
                    edge(own, panelA, panelB, depth, c, place, n, add, Math.min(TILE_ROWS, rows - i), cols - j);
                }
            }
        }
    }

    private static void edge(
            Buffers own, int panelA, int panelB, int depth, float[] c, int at, int n, boolean add, int rows, int cols) {
        int width = Math.min(cols, TILE_COLUMNS);
        for (int i = 0; add && i < rows; i++) {
            System.arraycopy(c, at + i * n, own.edge, i * TILE_COLUMNS, width);
        }
        tile(own.a, panelA, own.b, panelB, depth, own.edge, 0, TILE_COLUMNS, add);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(own.edge, i * TILE_COLUMNS, c, at + i * n, width);
        }
    }

    /** One tile: 12 sums in registers. */
    private static void tile(float[] a, int aAt, float[] b, int bAt, int depth, float[] c, int at, int n, boolean add) {
        int second = Lanes.COUNT;
        FloatVector c00 = start(c, at, add);
        FloatVector c01 = start(c, at + second, add);
        FloatVector c10 = start(c, at + n, add);
        FloatVector c11 = start(c, at + n + second, add);
        FloatVector c20 = start(c, at + 2 * n, add);
        FloatVector c21 = start(c, at + 2 * n + second, add);
        FloatVector c30 = start(c, at + 3 * n, add);
        FloatVector c31 = start(c, at + 3 * n + second, add);
        FloatVector c40 = start(c, at + 4 * n, add);
        FloatVector c41 = start(c, at + 4 * n + second, add);
        FloatVector c50 = start(c, at + 5 * n, add);
        FloatVector c51 = start(c, at + 5 * n + second, add);
        int pa = aAt;
        int pb = bAt;
        for (int q = 0; q < depth; q++, pa += TILE_ROWS, pb += TILE_COLUMNS) {
            FloatVector b0 = FloatVector.fromArray(Lanes.FLOAT, b, pb);
            FloatVector b1 = FloatVector.fromArray(Lanes.FLOAT, b, pb + second);
            FloatVector v = FloatVector.broadcast(Lanes.FLOAT, a[pa]);
            c00 = v.fma(b0, c00);
            c01 = v.fma(b1, c01);
            v = FloatVector.broadcast(Lanes.FLOAT, a[pa + 1]);
            c10 = v.fma(b0, c10);
            c11 = v.fma(b1, c11);
            v = FloatVector.broadcast(Lanes.FLOAT, a[pa + 2]);
            c20 = v.fma(b0, c20);
            c21 = v.fma(b1, c21);
            v = FloatVector.broadcast(Lanes.FLOAT, a[pa + 3]);
            c30 = v.fma(b0, c30);
            c31 = v.fma(b1, c31);
            v = FloatVector.broadcast(Lanes.FLOAT, a[pa + 4]);
            c40 = v.fma(b0, c40);
            c41 = v.fma(b1, c41);
            v = FloatVector.broadcast(Lanes.FLOAT, a[pa + 5]);
            c50 = v.fma(b0, c50);
            c51 = v.fma(b1, c51);
        }
        c00.intoArray(c, at);
        c01.intoArray(c, at + second);
        c10.intoArray(c, at + n);
        c11.intoArray(c, at + n + second);
        c20.intoArray(c, at + 2 * n);
        c21.intoArray(c, at + 2 * n + second);
        c30.intoArray(c, at + 3 * n);
        c31.intoArray(c, at + 3 * n + second);
        c40.intoArray(c, at + 4 * n);
        c41.intoArray(c, at + 4 * n + second);
        c50.intoArray(c, at + 5 * n);
        c51.intoArray(c, at + 5 * n + second);
    }

    private static FloatVector start(float[] c, int at, boolean add) {
        return add ? FloatVector.fromArray(Lanes.FLOAT, c, at) : FloatVector.zero(Lanes.FLOAT);
    }
}
