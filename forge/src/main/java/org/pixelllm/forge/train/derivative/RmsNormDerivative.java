package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.program.Instruction;

/**
 * With {@code r = 1/√(mean(x²) + ε)} and {@code y = x·r·g}: {@code dg = Σ dy·x·r} and
 * {@code dx = r·(g·dy − x·r²·mean(g·dy·x))}.
 */
record RmsNormDerivative(Instruction in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        float[] x = batch.values(in.operand(0)); // [n, d]
        float[] gain = batch.values(in.operand(1)); // [g]
        float[] y = batch.values(in.result()); // [n, d]
        for (int from = 0; from < y.length; from += gain.length) {
            double r = factor(x, from, gain.length);
            for (int i = 0; i < gain.length; i++) {
                y[from + i] = (float) (x[from + i] * r * gain[i]);
            }
        }
    }

    @Override
    public void backward(Batch batch) {
        float[] x = batch.values(in.operand(0));
        float[] gain = batch.values(in.operand(1));
        float[] dy = batch.gradient(in.result());
        float[] dx = batch.gradient(in.operand(0));
        float[] dGain = batch.gradient(in.operand(1));
        for (int from = 0; from < dy.length; from += gain.length) {
            double r = factor(x, from, gain.length);
            double mixed = 0;
            for (int i = 0; i < gain.length; i++) {
                mixed += (double) gain[i] * dy[from + i] * x[from + i];
            }
            mixed *= r * r / gain.length;
            for (int i = 0; i < gain.length; i++) {
                dGain[i] += (float) (dy[from + i] * x[from + i] * r);
                dx[from + i] += (float) (r * (gain[i] * dy[from + i] - x[from + i] * mixed));
            }
        }
    }

    private double factor(float[] x, int from, int count) {
        double squares = 0;
        for (int i = 0; i < count; i++) {
            squares += (double) x[from + i] * x[from + i];
        }
        return 1 / Math.sqrt(squares / count + in.real(0));
    }
}
