package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.program.Instruction;

/** Training asks for every row, so selecting is copying. */
record SelectDerivative(Instruction in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        float[] x = batch.values(in.operand(0));
        System.arraycopy(x, 0, batch.values(in.result()), 0, batch.elements(in.result()));
    }

    @Override
    public void backward(Batch batch) {
        Sums.give(batch, in.operand(0), batch.gradient(in.result()));
    }
}
