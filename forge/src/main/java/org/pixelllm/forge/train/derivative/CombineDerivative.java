package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.program.Operation.Combine;

/** Each part receives its weight times the gradient, each weight its part's product with it. */
final class CombineDerivative implements Derivative {

    private final Combine in;

    CombineDerivative(Combine in) {
        this.in = in;
    }

    @Override
    public void forward(Batch batch) {
        float[] x = batch.values(in.x()); // [T, k·o]
        float[] route = batch.values(in.route()); // [T, 2·k]
        float[] y = batch.values(in.result()); // [T, o]
        int o = batch.program().tensor(in.result()).columns();
        int k = batch.program().tensor(in.route()).columns() / 2;
        for (int t = 0; t < batch.tokens(); t++) {
            for (int a = 0; a < o; a++) {
                float sum = 0;
                for (int j = 0; j < k; j++) {
                    sum = Math.fma(route[(2 * t + 1) * k + j], x[(t * k + j) * o + a], sum);
                }
                y[t * o + a] = sum;
            }
        }
    }

    @Override
    public void backward(Batch batch) {
        float[] x = batch.values(in.x()); // [T, k·o]
        float[] route = batch.values(in.route()); // [T, 2·k]
        float[] dy = batch.gradient(in.result()); // [T, o]
        float[] dx = Sums.begun(batch, in.x());
        float[] dRoute = Sums.begun(batch, in.route());
        int o = batch.program().tensor(in.result()).columns();
        int k = batch.program().tensor(in.route()).columns() / 2;
        for (int t = 0; t < batch.tokens(); t++) {
            for (int j = 0; j < k; j++) {
                int part = (t * k + j) * o;
                int weight = (2 * t + 1) * k + j;
                dRoute[weight] += batch.arithmetic().dot(x, part, dy, t * o, o);
                for (int a = 0; a < o; a++) {
                    dx[part + a] += route[weight] * dy[t * o + a];
                }
            }
        }
    }
}
