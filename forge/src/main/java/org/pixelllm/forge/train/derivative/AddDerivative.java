package org.pixelllm.forge.train.derivative;

import org.pixelllm.forge.train.derivative.Batch.Scratch;
import org.pixelllm.pxvm.program.Operation.Binary;

/** Both operands receive the gradient; dropout falls on the second, which is what a layer adds to its input. */
record AddDerivative(Binary in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        float[] a = batch.values(in.a());
        float[] b = batch.values(in.b());
        float[] y = batch.values(in.result());
        int count = batch.elements(in.result());
        if (batch.dropout().rate() > 0) {
            float[] factors = factors(batch, count);
            for (int i = 0; i < count; i++) {
                y[i] = a[i] + b[i] * factors[i];
            }
        } else {
            for (int i = 0; i < count; i++) {
                y[i] = a[i] + b[i];
            }
        }
    }

    @Override
    public void backward(Batch batch) {
        float[] dy = batch.gradient(in.result());
        Sums.give(batch, in.a(), dy);
        if (batch.dropout().rate() > 0) {
            float[] factors = factors(batch, batch.elements(in.result()));
            for (int i = 0; i < batch.elements(in.result()); i++) {
                factors[i] *= dy[i];
            }
            Sums.give(batch, in.b(), factors);
        } else {
            Sums.give(batch, in.b(), dy);
        }
    }

    private float[] factors(Batch batch, int count) {
        float[] factors = batch.scratch(Scratch.A, count);
        batch.dropout().factors(in.result(), factors, count);
        return factors;
    }
}
