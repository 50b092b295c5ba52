package org.pixelllm.forge.train.derivative;

import org.pixelllm.forge.train.derivative.Batch.Scratch;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Arithmetic.Matrix;
import org.pixelllm.pxvm.executor.Arithmetic.Panels;
import org.pixelllm.pxvm.program.Instruction;

/** {@code dx = dy·w}, {@code dw = dyᵀ·x}, {@code db} = the sum of dy's rows. */
record MatmulDerivative(Instruction in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        int n = batch.tokens();
        int inputs = batch.program().tensor(in.operand(1)).columns();
        int outputs = batch.program().tensor(in.result()).columns();
        Matrix x = Matrix.of(batch.values(in.operand(0)), inputs); // [n, i]
        float[] y = batch.values(in.result()); // [n, o]
        if (in.has(2)) {
            float[] b = batch.values(in.operand(2)); // [o]
            for (int r = 0; r < n; r++) {
                System.arraycopy(b, 0, y, r * outputs, outputs);
            }
        }
        Panels w = batch.transposedPanels(in.operand(1)); // [i, o]
        batch.arithmetic().multiply(n, outputs, inputs, x, w, Matrix.of(y, outputs), in.has(2));
    }

    @Override
    public void backward(Batch batch) {
        int n = batch.tokens();
        int inputs = batch.program().tensor(in.operand(1)).columns();
        int outputs = batch.program().tensor(in.result()).columns();
        Arithmetic arithmetic = batch.arithmetic();
        Matrix dy = Matrix.of(batch.gradient(in.result()), outputs);
        Matrix dx = Matrix.of(batch.gradient(in.operand(0)), inputs);
        Panels w = batch.panels(in.operand(1)); // [o, i]
        arithmetic.multiply(n, inputs, outputs, dy, w, dx, batch.holdsGradient(in.operand(0)));
        Panels x = batch.scratchPanels(Scratch.A); // [n, i]
        arithmetic.pack(n, inputs, Matrix.of(batch.values(in.operand(0)), inputs), x);
        Matrix dw = Matrix.of(batch.gradient(in.operand(1)), inputs);
        arithmetic.multiply(outputs, inputs, n, dy.transposed(), x, dw, batch.holdsGradient(in.operand(1)));
        if (in.has(2)) {
            Sums.addRows(dy.values(), n * outputs, outputs, Sums.begun(batch, in.operand(2)));
        }
    }
}
