package org.pixelllm.forge.train.derivative;

import java.util.Arrays;
import org.pixelllm.forge.train.derivative.Batch.Scratch;
import org.pixelllm.pxvm.program.Operation.Mean;

/** {@code y[t] = 1/(t+1) Σ_{s≤t} x[s]}, so {@code dx[s] = Σ_{t≥s} dy[t]/(t+1)}: a running sum from the end. */
record MeanDerivative(Mean in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        float[] x = batch.values(in.x()); // [T, d]
        float[] y = batch.values(in.result()); // [T, d]
        int d = batch.program().tensor(in.result()).columns();
        float[] sum = batch.scratch(Scratch.A, d);
        for (int first = 0; first < batch.tokens(); first += batch.length()) {
            Arrays.fill(sum, 0, d, 0);
            for (int t = 0; t < batch.length(); t++) {
                int row = (first + t) * d;
                for (int i = 0; i < d; i++) {
                    sum[i] += x[row + i];
                    y[row + i] = sum[i] / (t + 1);
                }
            }
        }
    }

    @Override
    public void backward(Batch batch) {
        float[] dy = batch.gradient(in.result());
        float[] dx = Sums.begun(batch, in.x());
        int d = batch.program().tensor(in.result()).columns();
        float[] sum = batch.scratch(Scratch.A, d);
        for (int first = 0; first < batch.tokens(); first += batch.length()) {
            Arrays.fill(sum, 0, d, 0);
            for (int t = batch.length() - 1; t >= 0; t--) {
                int row = (first + t) * d;
                for (int i = 0; i < d; i++) {
                    sum[i] += dy[row + i] / (t + 1);
                    dx[row + i] += sum[i];
                }
            }
        }
    }
}
