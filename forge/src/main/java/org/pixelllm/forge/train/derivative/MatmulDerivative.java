package org.pixelllm.forge.train.derivative;

import org.pixelllm.forge.train.derivative.Batch.Scratch;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Arithmetic.Matrix;
import org.pixelllm.pxvm.executor.Arithmetic.Panels;
import org.pixelllm.pxvm.program.Operation.Matmul;

/** {@code dx = dy·w}, {@code dw = dyᵀ·x}, {@code db} = the sum of dy's rows. */
final class MatmulDerivative implements Derivative {

    private final Matmul in;
    private final Matrix left = new Matrix();
    private final Matrix result = new Matrix();

    MatmulDerivative(Matmul in) {
        this.in = in;
    }

    @Override
    public void forward(Batch batch) {
        int n = batch.tokens();
        int inputs = batch.program().tensor(in.w()).columns();
        int outputs = batch.program().tensor(in.result()).columns();
        left.rows(batch.values(in.x()), inputs); // x [n, i]
        float[] y = batch.values(in.result()); // [n, o]
        if (in.hasB()) {
            float[] b = batch.values(in.b()); // [o]
            for (int r = 0; r < n; r++) {
                System.arraycopy(b, 0, y, r * outputs, outputs);
            }
        }
        Panels w = batch.transposedPanels(in.w()); // [i, o]
        batch.arithmetic().multiply(n, outputs, inputs, left, w, result.rows(y, outputs), in.hasB());
    }

    @Override
    public void backward(Batch batch) {
        int n = batch.tokens();
        int inputs = batch.program().tensor(in.w()).columns();
        int outputs = batch.program().tensor(in.result()).columns();
        Arithmetic arithmetic = batch.arithmetic();
        float[] dy = batch.gradient(in.result()); // [n, o]
        Panels w = batch.panels(in.w()); // [o, i]
        left.rows(dy, outputs);
        result.rows(batch.gradient(in.x()), inputs); // dx [n, i]
        arithmetic.multiply(n, inputs, outputs, left, w, result, batch.holdsGradient(in.x()));
        Panels x = batch.scratchPanels(Scratch.A); // [n, i]
        arithmetic.pack(n, inputs, left.rows(batch.values(in.x()), inputs), x);
        left.rowsTransposed(dy, outputs); // [o, n]
        result.rows(batch.gradient(in.w()), inputs); // dw [o, i]
        arithmetic.multiply(outputs, inputs, n, left, x, result, batch.holdsGradient(in.w()));
        if (in.hasB()) {
            Sums.addRows(dy, n * outputs, outputs, Sums.begun(batch, in.b()));
        }
    }
}
