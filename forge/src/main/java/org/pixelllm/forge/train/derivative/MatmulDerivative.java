package org.pixelllm.forge.train.derivative;

import org.pixelllm.forge.train.derivative.Batch.Scratch;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Arithmetic.Matrix;
import org.pixelllm.pxvm.executor.Arithmetic.Panels;
import org.pixelllm.pxvm.program.Instruction;

/** {@code dx = dy·w}, {@code dw = dyᵀ·x}, {@code db} = the sum of dy's rows. */
final class MatmulDerivative implements Derivative {

    private final Instruction in;
    private final Matrix left = new Matrix();
    private final Matrix result = new Matrix();

    MatmulDerivative(Instruction in) {
        this.in = in;
    }

    @Override
    public void forward(Batch batch) {
        int n = batch.tokens();
        int inputs = batch.program().tensor(in.operand(1)).columns();
        int outputs = batch.program().tensor(in.result()).columns();
        left.rows(batch.values(in.operand(0)), inputs); // x [n, i]
        float[] y = batch.values(in.result()); // [n, o]
        if (in.has(2)) {
            float[] b = batch.values(in.operand(2)); // [o]
            for (int r = 0; r < n; r++) {
                System.arraycopy(b, 0, y, r * outputs, outputs);
            }
        }
        Panels w = batch.transposedPanels(in.operand(1)); // [i, o]
        batch.arithmetic().multiply(n, outputs, inputs, left, w, result.rows(y, outputs), in.has(2));
    }

    @Override
    public void backward(Batch batch) {
        int n = batch.tokens();
        int inputs = batch.program().tensor(in.operand(1)).columns();
        int outputs = batch.program().tensor(in.result()).columns();
        Arithmetic arithmetic = batch.arithmetic();
        float[] dy = batch.gradient(in.result()); // [n, o]
        Panels w = batch.panels(in.operand(1)); // [o, i]
        left.rows(dy, outputs);
        result.rows(batch.gradient(in.operand(0)), inputs); // dx [n, i]
        arithmetic.multiply(n, inputs, outputs, left, w, result, batch.holdsGradient(in.operand(0)));
        Panels x = batch.scratchPanels(Scratch.A); // [n, i]
        arithmetic.pack(n, inputs, left.rows(batch.values(in.operand(0)), inputs), x);
        left.rowsTransposed(dy, outputs); // [o, n]
        result.rows(batch.gradient(in.operand(1)), inputs); // dw [o, i]
        arithmetic.multiply(outputs, inputs, n, left, x, result, batch.holdsGradient(in.operand(1)));
        if (in.has(2)) {
            Sums.addRows(dy, n * outputs, outputs, Sums.begun(batch, in.operand(2)));
        }
    }
}
