package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.program.Instruction;

/** Each operand receives the gradient times the other. */
record MulDerivative(Instruction in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        float[] a = batch.values(in.operand(0));
        float[] b = batch.values(in.operand(1));
        float[] y = batch.values(in.result());
        for (int i = 0; i < y.length; i++) {
            y[i] = a[i] * b[i];
        }
    }

    @Override
    public void backward(Batch batch) {
        float[] a = batch.values(in.operand(0));
        float[] b = batch.values(in.operand(1));
        float[] dy = batch.gradient(in.result());
        float[] da = batch.gradient(in.operand(0));
        float[] db = batch.gradient(in.operand(1));
        for (int i = 0; i < dy.length; i++) {
            da[i] += dy[i] * b[i];
            db[i] += dy[i] * a[i];
        }
    }
}
