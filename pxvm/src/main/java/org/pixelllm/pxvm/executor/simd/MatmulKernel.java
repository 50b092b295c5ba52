package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * {@code y[r, o] = x[r]·w[o] + b[o]}: the weight's rows are shared out to the threads, and each thread takes the rows
 * that lie at regular distances together. Every dot product is summed in one fixed order, whatever the number of
 * threads and of rows of x.
 */
abstract class MatmulKernel implements Kernel {

    /** Multiplications below which a second thread costs more than it gains. */
    private static final long WORTH_SHARING = 3 << 16;

    private final Instruction in;
    private final Workers workers;
    final WeightTensor w;
    final float[] bias; // [o]

    MatmulKernel(Instruction in, WeightTensor w, float[] bias, Workers workers) {
        this.in = in;
        this.w = w;
        this.bias = bias;
        this.workers = workers;
    }

    @Override
    public final void run(Frame frame) {
        float[] x = frame.values(in.operand(0)); // [n, i]
        float[] y = frame.values(in.result()); // [n, o]
        int n = frame.rowsOf(in.result());
        if (n == 0) {
            return;
        }
        prepare(x, n);
        if ((long) n * w.rows() * w.columns() < WORTH_SHARING) {
            rows(x, n, y, 0, w.rows());
        } else {
            workers.split(w.rows(), (from, to) -> rows(x, n, y, from, to));
        }
    }

    private void rows(float[] x, int n, float[] y, int from, int to) {
        for (int row = from; row < to; ) {
            int end = Math.min(to, w.runEnd(row));
            multiply(x, n, y, row, end);
            row = end;
        }
    }

    /** Called once before the threads start. */
    void prepare(float[] x, int n) {}

    /** Computes {@code y[·, from … to]}; these rows of w lie at regular distances. */
    abstract void multiply(float[] x, int n, float[] y, int from, int to);
}
