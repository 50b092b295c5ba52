package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.program.Operation.Binary;

/** Each operand receives the gradient times the other. */
record MulDerivative(Binary in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        float[] a = batch.values(in.a());
        float[] b = batch.values(in.b());
        float[] y = batch.values(in.result());
        int count = batch.elements(in.result());
        for (int i = 0; i < count; i++) {
            y[i] = a[i] * b[i];
        }
    }

    @Override
    public void backward(Batch batch) {
        give(batch, in.a(), batch.values(in.b()));
        give(batch, in.b(), batch.values(in.a()));
    }

    private void give(Batch batch, int id, float[] other) {
        float[] dy = batch.gradient(in.result());
        float[] to = batch.gradient(id);
        int count = batch.elements(id);
        if (batch.holdsGradient(id)) {
            for (int i = 0; i < count; i++) {
                to[i] += dy[i] * other[i];
            }
        } else {
            for (int i = 0; i < count; i++) {
                to[i] = dy[i] * other[i];
            }
        }
    }
}
