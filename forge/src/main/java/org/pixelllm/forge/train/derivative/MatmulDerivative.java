package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.executor.Products.View;
import org.pixelllm.pxvm.program.Instruction;

/** {@code dx = dy·w}, {@code dw = dyᵀ·x}, {@code db} = the sum of dy's rows. */
record MatmulDerivative(Instruction in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        int n = batch.tokens();
        int inputs = batch.program().tensor(in.operand(1)).columns();
        int outputs = batch.program().tensor(in.result()).columns();
        View x = View.of(batch.values(in.operand(0)), inputs); // [n, i]
        View w = View.of(batch.values(in.operand(1)), inputs); // [o, i]
        float[] y = batch.values(in.result()); // [n, o]
        if (in.has(2)) {
            float[] b = batch.values(in.operand(2)); // [o]
            for (int r = 0; r < n; r++) {
                System.arraycopy(b, 0, y, r * outputs, outputs);
            }
        }
        batch.products().multiply(n, outputs, inputs, x, w.transposed(), y, in.has(2));
    }

    @Override
    public void backward(Batch batch) {
        int n = batch.tokens();
        int inputs = batch.program().tensor(in.operand(1)).columns();
        int outputs = batch.program().tensor(in.result()).columns();
        View x = View.of(batch.values(in.operand(0)), inputs);
        View w = View.of(batch.values(in.operand(1)), inputs);
        View dy = View.of(batch.gradient(in.result()), outputs);
        batch.products().multiply(n, inputs, outputs, dy, w, batch.gradient(in.operand(0)), true);
        batch.products().multiply(outputs, inputs, n, dy.transposed(), x, batch.gradient(in.operand(1)), true);
        if (in.has(2)) {
            Sums.addRows(batch.gradient(in.result()), outputs, batch.gradient(in.operand(2)));
        }
    }
}
