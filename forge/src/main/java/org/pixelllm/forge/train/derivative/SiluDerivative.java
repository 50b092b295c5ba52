package org.pixelllm.forge.train.derivative;

import org.pixelllm.forge.train.derivative.Batch.Scratch;
import org.pixelllm.pxvm.program.Operation.Unary;

/** With {@code s = 1 / (1 + e⁻ˣ)} and {@code y = x·s}: {@code dx = dy·s·(1 + x·(1 − s))}. */
record SiluDerivative(Unary in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        float[] x = batch.values(in.x());
        float[] y = batch.values(in.result());
        int count = batch.elements(in.result());
        batch.arithmetic().sigmoid(x, y, count);
        for (int i = 0; i < count; i++) {
            y[i] *= x[i];
        }
    }

    @Override
    public void backward(Batch batch) {
        float[] x = batch.values(in.x());
        float[] dy = batch.gradient(in.result());
        int count = batch.elements(in.result());
        float[] dx = batch.scratch(Scratch.A, count);
        batch.arithmetic().sigmoid(x, dx, count);
        for (int i = 0; i < count; i++) {
            dx[i] = dy[i] * dx[i] * (1 + x[i] * (1 - dx[i]));
        }
        Sums.give(batch, in.x(), dx);
    }
}
