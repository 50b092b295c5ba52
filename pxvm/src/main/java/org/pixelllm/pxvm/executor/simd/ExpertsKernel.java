package org.pixelllm.pxvm.executor.simd;

import java.util.Arrays;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.expert.Routing;
import org.pixelllm.pxvm.executor.simd.product.Product;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.program.Operation.Experts;
import org.pixelllm.pxvm.program.Program;

/**
 * The products of the experts that rows chose, each expert's by all its rows at once. Experts with few rows go together, so
 * that the threads have enough to share out; those with many go one after the other.
 */
final class ExpertsKernel implements Kernel, Workers.Piece {

    /** Pieces that a thread gets where all are equally fast. */
    private static final int PIECES = 4;

    /** Experts that go together. */
    private static final int TOGETHER = 16;

    /** Rows that experts which go together have in all, unless it is one alone. */
    private static final int ROWS = 64;

    /** One expert's rows of x, and what they become. */
    static final class Batch {

        private final XRows rows;
        private float[] x = {}; // [rows, i]
        private float[] y = {}; // [rows, outputs]

        private Batch(XRows.Arrangement arrangement, boolean packs) {
            this.rows = new XRows(arrangement, packs);
        }
    }

    /** Room for as many experts as go together; kernels run one after another, so that all share it. */
    static Batch[] batches(XRows.Arrangement arrangement, boolean packs) {
        Batch[] batches = new Batch[TOGETHER];
        Arrays.setAll(batches, i -> new Batch(arrangement, packs));
        return batches;
    }

    private final Experts in;
    private final ExpertProducts products;
    private final Batch[] batches;
    private final Workers workers;
    private final Scratch[] scratches;
    private final Routing routing;
    private final int columns; // of x
    // What is being computed.
    private final ExpertProducts.Expert[] experts = new ExpertProducts.Expert[TOGETHER];
    private final int[] firstGroups = new int[TOGETHER + 1]; // where each expert's groups begin, and the end

    /** @param scratches one for each thread */
    ExpertsKernel(
            Program program,
            Experts in,
            ExpertProducts products,
            Batch[] batches,
            Workers workers,
            Scratch[] scratches) {
        this.in = in;
        this.products = products;
        this.batches = batches;
        this.workers = workers;
        this.scratches = scratches;
        this.routing = new Routing(in.n(), program.tensor(in.route()).columns() / 2);
        this.columns = program.tensor(in.x()).columns();
    }

    @Override
    public void run(Frame frame) {
        float[] x = frame.values(in.x()); // [r, i] or [r, k·i]
        float[] y = frame.values(in.result()); // [r, k·o]
        routing.take(frame.values(in.route()), frame.rowsOf(in.result()));
        for (int first = 0; first < routing.experts(); ) {
            int count = together(first);
            compute(first, count, x);
            for (int i = 0; i < count; i++) {
                var rows = experts[i].rows();
                routing.scatter(first + i, batches[i].y, rows.w().rows(), rows.skip(), rows.outputs(), y);
            }
            first += count;
        }
    }

    /** How many experts go together, from one on. */
    private int together(int first) {
        int rows = routing.count(first);
        int count = 1;
        while (count < TOGETHER && first + count < routing.experts()) {
            rows += routing.count(first + count);
            if (rows > ROWS) {
                break;
            }
            count++;
        }
        return count;
    }

    private void compute(int first, int count, float[] x) {
        long outputs = 0;
        int groups = 0;
        int grain = 1;
        for (int i = 0; i < count; i++) {
            ExpertProducts.Expert expert = products.use(routing.expert(first + i), scratches[0]);
            int rows = routing.count(first + i);
            int width = expert.rows().w().rows();
            Batch batch = batches[i];
            batch.x = room(batch.x, rows * products.inputs());
            batch.y = room(batch.y, rows * width);
            routing.gather(first + i, x, columns, products.inputs(), batch.x);
            batch.rows.take(batch.x, rows, products.inputs());
            experts[i] = expert;
            firstGroups[i] = groups;
            groups += expert.rows().w().groups().count();
            outputs += (long) rows * width;
            grain = Math.max(grain, expert.product().kernels().grain());
        }
        firstGroups[count] = groups;
        Arrays.fill(firstGroups, count + 1, firstGroups.length, groups);
        if (outputs * products.inputs() < experts[0].product().kernels().worthSharing()) {
            run(0, 0, groups);
        } else {
            workers.split(groups, Math.ceilDiv(Math.ceilDiv(groups, PIECES * workers.count()), grain) * grain, this);
        }
    }

    private static float[] room(float[] old, int length) {
        return old.length < length ? new float[length] : old;
    }

    @Override
    public void run(int thread, int from, int to) {
        for (int i = 0; i < TOGETHER && firstGroups[i] < to; i++) {
            int first = Math.max(from, firstGroups[i]) - firstGroups[i];
            int last = Math.min(to, firstGroups[i + 1]) - firstGroups[i];
            if (first < last) {
                Product product = experts[i].product();
                product.run(batches[i].rows, batches[i].y, first, last, scratches[thread]);
            }
        }
    }
}
