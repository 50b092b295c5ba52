package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.program.Instruction;

/** Both operands receive the gradient. */
record AddDerivative(Instruction in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        float[] a = batch.values(in.operand(0));
        float[] b = batch.values(in.operand(1));
        float[] y = batch.values(in.result());
        for (int i = 0; i < y.length; i++) {
            y[i] = a[i] + b[i];
        }
    }

    @Override
    public void backward(Batch batch) {
        Sums.add(batch.gradient(in.result()), batch.gradient(in.operand(0)));
        Sums.add(batch.gradient(in.result()), batch.gradient(in.operand(1)));
    }
}
