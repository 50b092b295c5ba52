package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.program.Operation.LayerNorm;

/**
 * With {@code z = (x − mean)·r} and {@code y = z·g + b}: {@code dg = Σ dy·z}, {@code db = Σ dy} and
 * {@code dx = r·(g·dy − mean(g·dy) − z·mean(g·dy·z))}.
 */
record LayerNormDerivative(LayerNorm in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        float[] x = batch.values(in.x()); // [n, d]
        float[] gain = batch.values(in.gain()); // [d]
        float[] y = batch.values(in.result()); // [n, d]
        for (int from = 0; from < batch.elements(in.result()); from += gain.length) {
            double mean = mean(x, from, gain.length);
            double r = factor(x, from, gain.length, mean);
            for (int i = 0; i < gain.length; i++) {
                double bias = in.hasBias() ? batch.values(in.bias())[i] : 0;
                y[from + i] = (float) ((x[from + i] - mean) * r * gain[i] + bias);
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
        int d = gain.length;
        for (int from = 0; from < batch.elements(in.result()); from += d) {
            double mean = mean(x, from, d);
            double r = factor(x, from, d, mean);
            double plain = 0;
            double mixed = 0;
            for (int i = 0; i < d; i++) {
                double share = (double) gain[i] * dy[from + i];
                plain += share / d;
                mixed += share * (x[from + i] - mean) * r / d;
            }
            for (int i = 0; i < d; i++) {
                double z = (x[from + i] - mean) * r;
                dGain[i] += (float) (dy[from + i] * z);
                dx[from + i] += (float) (r * (gain[i] * dy[from + i] - plain - z * mixed));
            }
        }
        if (in.hasBias()) {
            Sums.addRows(dy, batch.elements(in.result()), d, Sums.begun(batch, in.bias()));
        }
    }

    private static double mean(float[] x, int from, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += x[from + i];
        }
        return sum / count;
    }

    private double factor(float[] x, int from, int count, double mean) {
        double squares = 0;
        for (int i = 0; i < count; i++) {
            squares += (x[from + i] - mean) * (x[from + i] - mean);
        }
        return 1 / Math.sqrt(squares / count + in.epsilon());
    }
}
