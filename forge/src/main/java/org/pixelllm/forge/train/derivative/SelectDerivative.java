package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.program.Operation.Unary;

/** Training asks for every row, so selecting is copying. */
record SelectDerivative(Unary in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        float[] x = batch.values(in.x());
        System.arraycopy(x, 0, batch.values(in.result()), 0, batch.elements(in.result()));
    }

    @Override
    public void backward(Batch batch) {
        Sums.give(batch, in.x(), batch.gradient(in.result()));
    }
}
