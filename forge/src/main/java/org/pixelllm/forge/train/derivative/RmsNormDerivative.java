package org.pixelllm.forge.train.derivative;

import org.pixelllm.forge.train.derivative.Batch.Scratch;
import org.pixelllm.pxvm.program.Operation.RmsNorm;

/**
 * With {@code r = 1/√(mean(x²) + ε)} and {@code y = x·r·g}: {@code dg = Σ dy·x·r} and
 * {@code dx = r·(g·dy − x·r²·mean(g·dy·x))}.
 */
record RmsNormDerivative(RmsNorm in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        float[] x = batch.values(in.x()); // [n, d]
        float[] gain = batch.values(in.gain()); // [g]
        float[] y = batch.values(in.result()); // [n, d]
        for (int from = 0; from < batch.elements(in.result()); from += gain.length) {
            float r = factor(batch, x, from, gain.length);
            for (int i = 0; i < gain.length; i++) {
                y[from + i] = x[from + i] * r * gain[i];
            }
        }
    }

    @Override
    public void backward(Batch batch) {
        float[] x = batch.values(in.x());
        float[] gain = batch.values(in.gain());
        float[] dy = batch.gradient(in.result());
        float[] dx = Sums.begun(batch, in.x());
        float[] dGain = Sums.begun(batch, in.gain());
        float[] share = batch.scratch(Scratch.A, gain.length); // g·dy
        for (int from = 0; from < batch.elements(in.result()); from += gain.length) {
            for (int i = 0; i < gain.length; i++) {
                share[i] = gain[i] * dy[from + i];
            }
            float r = factor(batch, x, from, gain.length);
            float mixed = batch.arithmetic().dot(share, 0, x, from, gain.length) * r * r / gain.length;
            for (int i = 0; i < gain.length; i++) {
                dGain[i] += dy[from + i] * x[from + i] * r;
                dx[from + i] += r * (share[i] - x[from + i] * mixed);
            }
        }
    }

    private float factor(Batch batch, float[] x, int from, int count) {
        float squares = batch.arithmetic().dot(x, from, x, from, count);
        return (float) (1 / Math.sqrt(squares / (double) count + in.epsilon()));
    }
}
