package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.program.Instruction;

/** The gradient passes where x is positive. */
record ReluDerivative(Instruction in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        float[] x = batch.values(in.operand(0));
        float[] y = batch.values(in.result());
        for (int i = 0; i < y.length; i++) {
            y[i] = Math.max(x[i], 0);
        }
    }

    @Override
    public void backward(Batch batch) {
        float[] x = batch.values(in.operand(0));
        float[] dy = batch.gradient(in.result());
        float[] dx = batch.gradient(in.operand(0));
        for (int i = 0; i < dy.length; i++) {
            dx[i] += x[i] > 0 ? dy[i] : 0;
        }
    }
}
