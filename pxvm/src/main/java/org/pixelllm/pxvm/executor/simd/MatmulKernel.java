package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.product.Product;
import org.pixelllm.pxvm.executor.simd.product.XPanels;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.Scratch;

/**
 * Products that share their x, as the queries, keys and values of a layer do: one run over the rows of all their weights,
 * which are shared out to the threads.
 */
final class MatmulKernel implements Kernel, Workers.Piece {

    /** Multiplications below which a second thread costs more than it gains. */
    private static final long WORTH_SHARING = 3 << 14;

    /** Pieces that a thread gets where all are equally fast. */
    private static final int PIECES = 4;

    private final Product[] products;
    private final int[] firstRows; // where each product's rows begin, and the end // [products + 1]
    private final int xId;
    private final int columns;
    private final int padded;
    private final boolean needsSums;
    private final Workers workers;
    private final Scratch[] scratches;
    // What is being computed.
    private float[] x = {}; // [n, padded] where n > 1
    private float[][] ys = {};
    private int n;
    private float[] packed = {};
    private final XPanels panels = new XPanels();
    private float[] sumsOfX = new float[1]; // [n]

    /**
     * Makes ready.
     *
     * @param xId the tensor that all are multiplied by
     * @param scratches one for each thread
     */
    MatmulKernel(int xId, Product[] products, Workers workers, Scratch[] scratches) {
        this.xId = xId;
        this.products = products;
        this.workers = workers;
        this.scratches = scratches;
        this.columns = products[0].w().columns();
        this.padded = Lanes.padded(columns);
        this.firstRows = new int[products.length + 1];
        this.ys = new float[products.length][];
        boolean sums = false;
        for (int i = 0; i < products.length; i++) {
            firstRows[i + 1] = firstRows[i] + products[i].w().rows();
            sums |= products[i].w().needsSumOfX();
        }
        this.needsSums = sums;
    }

    @Override
    public void run(Frame frame) {
        n = frame.rowsOf(products[0].result());
        if (n == 0) {
            return;
        }
        x = frame.values(xId);
        for (int i = 0; i < products.length; i++) {
            ys[i] = frame.values(products[i].result());
        }
        if (needsSums) {
            sum();
        }
        if (n > 1 && padded != columns) {
            pack();
        }
        panels.pack(x, n > 1 ? XPanels.worth(n) : 0, padded);
        int rows = firstRows[products.length];
        if ((long) n * rows * columns < WORTH_SHARING) {
            run(0, 0, rows);
        } else {
            int pieces = PIECES * workers.count();
            int unit = Product.together(n);
            int grain = Math.ceilDiv(Math.ceilDiv(rows, pieces), unit) * unit;
            workers.split(rows, grain, this);
        }
    }

    @Override
    public void run(int thread, int from, int to) {
        for (int i = 0; i < products.length; i++) {
            int first = Math.max(from, firstRows[i]) - firstRows[i];
            int last = Math.min(to, firstRows[i + 1]) - firstRows[i];
            if (first >= last) {
                continue;
            }
            if (n == 1) {
                products[i].one(x, ys[i], first, last, sumsOfX[0], scratches[thread]);
            } else {
                products[i].many(panels, x, n, padded, ys[i], first, last, sumsOfX, scratches[thread]);
            }
        }
    }

    private void sum() {
        if (sumsOfX.length < n) {
            sumsOfX = new float[n];
        }
        for (int r = 0; r < n; r++) {
            double sum = 0;
            for (int i = 0; i < columns; i++) {
                sum += x[r * columns + i];
            }
            sumsOfX[r] = (float) sum;
        }
    }

    /** Fills the rows of x up to whole pairs of vectors; what follows a row stays zero. */
    private void pack() {
        if (packed.length < n * padded) {
            packed = new float[n * padded];
        }
        for (int r = 0; r < n; r++) {
            System.arraycopy(x, r * columns, packed, r * padded, columns);
        }
        x = packed;
    }
}
