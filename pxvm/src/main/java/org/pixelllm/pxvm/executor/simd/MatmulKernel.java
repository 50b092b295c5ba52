package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.product.Product;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;

/**
 * Products that share their x, as the queries, keys and values of a layer do: one run over the groups of rows of all their
 * weights, which are shared out to the threads.
 */
final class MatmulKernel implements Kernel, Workers.Piece {

    /** Pieces that a thread gets where all are equally fast. */
    private static final int PIECES = 4;

    private final Product[] products;
    private final XRows[] rows; // of each product, as its type reads them
    private final int[] firstGroups; // where each product's groups begin, and the end // [products + 1]
    private final int xId;
    private final int columns;
    private final Workers workers;
    private final Scratch[] scratches;
    private final float[][] ys; // what is being computed

    /**
     * Makes ready.
     *
     * @param xId the tensor that all are multiplied by
     * @param rows of each product: products of types that read x in the same arrangement have the same
     * @param scratches one for each thread
     */
    MatmulKernel(int xId, Product[] products, XRows[] rows, Workers workers, Scratch[] scratches) {
        this.xId = xId;
        this.products = products;
        this.rows = rows;
        this.workers = workers;
        this.scratches = scratches;
        this.columns = products[0].w().columns();
        this.firstGroups = new int[products.length + 1];
        this.ys = new float[products.length][];
        for (int i = 0; i < products.length; i++) {
            firstGroups[i + 1] = firstGroups[i] + products[i].w().groups().count();
        }
    }

    @Override
    public void run(Frame frame) {
        int n = frame.rowsOf(products[0].result());
        if (n == 0) {
            return;
        }
        float[] x = frame.values(xId);
        long outputs = 0;
        for (int i = 0; i < products.length; i++) {
            ys[i] = frame.values(products[i].result());
            outputs += products[i].w().rows();
            products[i].kernels().use(scratches[0]);
            if (isFirst(i)) {
                rows[i].take(x, n, columns);
            }
        }
        int groups = firstGroups[products.length];
        if (n * outputs * columns < products[0].kernels().worthSharing()) {
            run(0, 0, groups);
        } else {
            int together = products[0].kernels().grain();
            int grain = Math.ceilDiv(Math.ceilDiv(groups, PIECES * workers.count()), together) * together;
            workers.split(groups, grain, this);
        }
    }

    /** Whether no product before this one has the same rows. */
    private boolean isFirst(int product) {
        for (int i = 0; i < product; i++) {
            if (rows[i] == rows[product]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void run(int thread, int from, int to) {
        for (int i = 0; i < products.length; i++) {
            int first = Math.max(from, firstGroups[i]) - firstGroups[i];
            int last = Math.min(to, firstGroups[i + 1]) - firstGroups[i];
            if (first < last) {
                products[i].run(rows[i], ys[i], first, last, scratches[thread]);
            }
        }
    }
}
