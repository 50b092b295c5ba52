package org.pixelllm.pxvm.executor.simd;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.simd.vector.Dots;
import org.pixelllm.pxvm.executor.simd.vector.Functions;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.Mix;
import org.pixelllm.pxvm.executor.simd.vector.Packing;
import org.pixelllm.pxvm.executor.simd.vector.RegisterTile;

/**
 * Arithmetic on the Vector API. The right operand of a product is packed into panels of a few vectors of columns, which
 * stay in cache while the rows of the left one pass by (Goto and van de Geijn, <i>Anatomy of High-Performance Matrix
 * Multiplication</i>, 2008). The left one is copied tile by tile where enough panels use it.
 */
public final class VectorArithmetic implements Arithmetic {

    /** Rows of a panel that are gone through at once: they should stay in the first-level cache. */
    private static final int DEPTH = 256;

    /** Rows of a left operand that pass by all panels together: they should stay in the second-level cache. */
    private static final int BLOCK = 32 * RegisterTile.ROWS;

    /**
     * Columns of a right operand from which on a left one is copied, so that the elements of a tile follow one another: one
     * address serves all rows, which counts where two threads share a core.
     */
    private static final int WORTH_COPYING = RegisterTile.ROWS == 4 ? 64 : Integer.MAX_VALUE;

    /** The same where it stands across: far apart as they are, its columns would share a few places of the cache. */
    private static final int WORTH_COPYING_ACROSS = RegisterTile.ROWS == 4 ? 48 : 128;

    private final float[] block = new float[BLOCK / RegisterTile.ROWS * Packing.tileStep(DEPTH)];
    private final Matrix copied = new Matrix().at(block, 0, 1, RegisterTile.ROWS);
    private final Dots dots = new Dots();
    private final Mix mix = new Mix();
    private final float[] rest = new float[Lanes.COUNT];
    private final float[] edge = new float[RegisterTile.ROWS * RegisterTile.WIDE];

    @Override
    public String name() {
        return SIMD;
    }

    @Override
    public String description() {
        return "Vector API, " + Lanes.FLOAT.vectorBitSize() + "-bit vectors";
    }

    @Override
    public void pack(int k, int n, Matrix b, Panels to) {
        int elements = k * Math.ceilDiv(n, RegisterTile.NARROW) * RegisterTile.NARROW;
        MemorySegment memory = to.resize(k, n, elements, RegisterTile.ALIGNMENT);
        Packing.panels(b.values(), b.offset(), b.rowStep(), b.columnStep(), k, n, memory);
    }

    @Override
    public void multiply(int m, int n, int k, Matrix a, Panels b, Matrix c, boolean add) {
        boolean copies = n >= (a.columnStep() == 1 ? WORTH_COPYING : WORTH_COPYING_ACROSS);
        for (int p = 0; p == 0 || p < k; p += DEPTH) {
            int depth = Math.min(DEPTH, k - p);
            for (int i = 0; i < m; i += BLOCK) {
                int rows = Math.min(BLOCK, m - i);
                int whole = copies ? rows / RegisterTile.ROWS * RegisterTile.ROWS : 0;
                int from = a.offset() + i * a.rowStep() + p * a.columnStep();
                Packing.tiles(a.values(), from, a.rowStep(), a.columnStep(), whole, depth, block);
                multiply(i, rows, whole, n, p, depth, a, b, c, add || p > 0);
            }
        }
    }

    /**
     * Adds the products of some rows of a, from i on.
     *
     * @param whole how many of them stand in the block
     * @param p the first column of a, and row of b
     */
    private void multiply(int i, int m, int whole, int n, int p, int k, Matrix a, Panels b, Matrix c, boolean add) {
        for (int j = 0; j < n; j += RegisterTile.WIDE) {
            int width = RegisterTile.width(b.columns(), j);
            int here = Math.min(width, n - j);
            long panel = Float.BYTES * ((long) j * b.rows() + (long) p * width);
            int place = c.offset() + i * c.rowStep() + j;
            for (int row = 0; row < m; row += RegisterTile.ROWS, place += RegisterTile.ROWS * c.rowStep()) {
                int rows = Math.min(RegisterTile.ROWS, m - row);
                Matrix left = a;
                int at = a.offset() + (i + row) * a.rowStep() + p * a.columnStep();
                if (row < whole) {
                    left = copied;
                    at = row / RegisterTile.ROWS * Packing.tileStep(k);
                }
                if (here == width) {
                    tile(rows, width, left, at, b, panel, k, c.values(), place, c.rowStep(), add);
                } else {
                    edge(rows, width, left, at, b, panel, k, c, place, here, add);
                }
            }
        }
    }

    /** A tile of which c holds only some columns. */
    private void edge(
            int rows,
            int width,
            Matrix a,
            int left,
            Panels b,
            long panel,
            int k,
            Matrix c,
            int at,
            int here,
            boolean add) {
        for (int i = 0; i < rows && add; i++) {
            System.arraycopy(c.values(), at + i * c.rowStep(), edge, i * width, here);
        }
        tile(rows, width, a, left, b, panel, k, edge, 0, width, add);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(edge, i * width, c.values(), at + i * c.rowStep(), here);
        }
    }

    private static void tile(
            int rows,
            int width,
            Matrix a,
            int left,
            Panels b,
            long panel,
            int k,
            float[] c,
            int at,
            int n,
            boolean add) {
        boolean wide = width > RegisterTile.NARROW;
        if (rows == RegisterTile.ROWS && wide) {
            RegisterTile.wide(a.values(), left, a.rowStep(), a.columnStep(), b.memory(), panel, k, c, at, n, add);
        } else if (rows == RegisterTile.ROWS) {
            RegisterTile.narrow(a.values(), left, a.rowStep(), a.columnStep(), b.memory(), panel, k, c, at, n, add);
        } else {
            for (int i = 0; i < rows; i++) {
                int row = left + i * a.rowStep();
                for (int j = 0; j < width; j += RegisterTile.NARROW) {
                    RegisterTile.row(
                            a.values(),
                            row,
                            a.columnStep(),
                            b.memory(),
                            panel + j * (long) Float.BYTES,
                            width,
                            k,
                            c,
                            at + i * n + j,
                            add);
                }
            }
        }
    }

    @Override
    public float dot(float[] a, int aAt, float[] b, int bAt, int count) {
        return dots.dot(a, aAt, b, bAt, count);
    }

    @Override
    public float sum(float[] x, int at, int count) {
        return dots.sum(x, at, count);
    }

    @Override
    public void dots(float[] a, int aAt, float[] b, int bAt, int step, int rows, int count, float[] to) {
        dots.dots(a, aAt, b, bAt, step, rows, count, to);
    }

    @Override
    public void mix(
            float[] weights, int first, int rows, float[] values, int from, int step, int columns, float[] y, int at) {
        mix.apply(weights, first, rows, values, from, step, columns, y, at);
    }

    /** Four chains: the maximum takes several instructions, for the sake of NaN. */
    @Override
    public float max(float[] x, int at, int count) {
        FloatVector a = FloatVector.broadcast(Lanes.FLOAT, Float.NEGATIVE_INFINITY);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        int end = at + count / (4 * Lanes.COUNT) * (4 * Lanes.COUNT);
        for (int i = at; i < end; i += 4 * Lanes.COUNT) {
            a = a.max(FloatVector.fromArray(Lanes.FLOAT, x, i));
            b = b.max(FloatVector.fromArray(Lanes.FLOAT, x, i + Lanes.COUNT));
            c = c.max(FloatVector.fromArray(Lanes.FLOAT, x, i + 2 * Lanes.COUNT));
            d = d.max(FloatVector.fromArray(Lanes.FLOAT, x, i + 3 * Lanes.COUNT));
        }
        a.max(b).max(c.max(d)).intoArray(rest, 0);
        float max = Float.NEGATIVE_INFINITY;
        for (float each : rest) {
            max = Math.max(max, each);
        }
        for (int i = end; i < at + count; i++) {
            max = Math.max(max, x[i]);
        }
        return max;
    }

    // One call of a function for whole and incomplete vectors: with two, the compiler no longer takes all of their code
    // in,
    // and makes every vector an object. No masks: one that is chosen in the loop becomes an object, and so does every
    // vector that it meets. The rest has an array.

    @Override
    public float exponentials(float[] x, int at, int count, float shift) {
        int whole = count / Lanes.COUNT * Lanes.COUNT;
        exponentialsOfWhole(x, at, at + whole, shift);
        if (whole < count) {
            System.arraycopy(x, at + whole, rest, 0, count - whole);
            exponentialsOfWhole(rest, 0, Lanes.COUNT, shift);
            System.arraycopy(rest, 0, x, at + whole, count - whole);
        }
        return dots.sum(x, at, count);
    }

    private static void exponentialsOfWhole(float[] x, int from, int to, float shift) {
        for (int i = from; i < to; i += Lanes.COUNT) {
            Functions.exponential(FloatVector.fromArray(Lanes.FLOAT, x, i).sub(shift))
                    .intoArray(x, i);
        }
    }

    @Override
    public void sigmoid(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i += Lanes.COUNT) {
            int here = Math.min(Lanes.COUNT, count - i);
            float[] from = here == Lanes.COUNT ? x : rest;
            float[] to = here == Lanes.COUNT ? y : rest;
            int place = here == Lanes.COUNT ? i : 0;
            if (here < Lanes.COUNT) {
                System.arraycopy(x, i, rest, 0, here);
            }
            FloatVector v = FloatVector.fromArray(Lanes.FLOAT, from, place);
            Functions.sigmoid(v).intoArray(to, place);
            if (here < Lanes.COUNT) {
                System.arraycopy(rest, 0, y, i, here);
            }
        }
    }

    @Override
    public void silu(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i += Lanes.COUNT) {
            int here = Math.min(Lanes.COUNT, count - i);
            float[] from = here == Lanes.COUNT ? x : rest;
            float[] to = here == Lanes.COUNT ? y : rest;
            int place = here == Lanes.COUNT ? i : 0;
            if (here < Lanes.COUNT) {
                System.arraycopy(x, i, rest, 0, here);
            }
            FloatVector v = FloatVector.fromArray(Lanes.FLOAT, from, place);
            Functions.silu(v).intoArray(to, place);
            if (here < Lanes.COUNT) {
                System.arraycopy(rest, 0, y, i, here);
            }
        }
    }

    @Override
    public void geluTanh(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i += Lanes.COUNT) {
            int here = Math.min(Lanes.COUNT, count - i);
            float[] from = here == Lanes.COUNT ? x : rest;
            float[] to = here == Lanes.COUNT ? y : rest;
            int place = here == Lanes.COUNT ? i : 0;
            if (here < Lanes.COUNT) {
                System.arraycopy(x, i, rest, 0, here);
            }
            FloatVector v = FloatVector.fromArray(Lanes.FLOAT, from, place);
            Functions.geluTanh(v).intoArray(to, place);
            if (here < Lanes.COUNT) {
                System.arraycopy(rest, 0, y, i, here);
            }
        }
    }

    @Override
    public void softcap(float[] x, float[] y, int count, float cap) {
        for (int i = 0; i < count; i += Lanes.COUNT) {
            int here = Math.min(Lanes.COUNT, count - i);
            float[] from = here == Lanes.COUNT ? x : rest;
            float[] to = here == Lanes.COUNT ? y : rest;
            int place = here == Lanes.COUNT ? i : 0;
            if (here < Lanes.COUNT) {
                System.arraycopy(x, i, rest, 0, here);
            }
            FloatVector v = FloatVector.fromArray(Lanes.FLOAT, from, place);
            Functions.tanh(v.div(cap)).mul(cap).intoArray(to, place);
            if (here < Lanes.COUNT) {
                System.arraycopy(rest, 0, y, i, here);
            }
        }
    }
}
