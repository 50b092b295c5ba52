package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.program.Instruction;

/**
 * Causal attention within each window. Backwards the weights are computed again instead of kept: they would take more
 * memory than all other values together. With weights w and scores s: {@code dv = Σ w·dy}, {@code dw = dy·v},
 * {@code ds = w·(dw − Σ w·dw)}, and q and k receive ds times each other.
 */
record AttentionDerivative(Instruction in) implements Derivative {

    /** One query head at one position. */
    private interface Head {
        void at(int token, int first, int queryAt, int column);
    }

    @Override
    public void forward(Batch batch) {
        float[] q = batch.values(in.operand(0)); // [T, heads · width]
        float[] k = batch.values(in.operand(1)); // [T, kvHeads · width]
        float[] v = batch.values(in.operand(2)); // [T, kvHeads · width]
        float[] y = batch.values(in.result()); // [T, heads · width]
        int width = width(batch);
        int row = in.whole(1) * width;
        double[] weights = new double[batch.length()];
        each(batch, (token, first, at, column) -> {
            weigh(q, k, at, first, token, row, column, width, weights);
            for (int i = 0; i < width; i++) {
                double sum = 0;
                for (int s = first; s <= token; s++) {
                    sum += weights[s - first] * v[s * row + column + i];
                }
                y[at + i] = (float) sum;
            }
        });
    }

    @Override
    public void backward(Batch batch) {
        float[] q = batch.values(in.operand(0));
        float[] k = batch.values(in.operand(1));
        float[] v = batch.values(in.operand(2));
        float[] dy = batch.gradient(in.result());
        float[] dq = batch.gradient(in.operand(0));
        float[] dk = batch.gradient(in.operand(1));
        float[] dv = batch.gradient(in.operand(2));
        int width = width(batch);
        int row = in.whole(1) * width;
        double[] weights = new double[batch.length()];
        double[] slopes = new double[batch.length()];
        each(batch, (token, first, at, column) -> {
            weigh(q, k, at, first, token, row, column, width, weights);
            double mean = 0;
            for (int s = first; s <= token; s++) {
                int key = s * row + column;
                double dw = 0;
                for (int i = 0; i < width; i++) {
                    dw += (double) dy[at + i] * v[key + i];
                    dv[key + i] += (float) (weights[s - first] * dy[at + i]);
                }
                slopes[s - first] = dw;
                mean += weights[s - first] * dw;
            }
            for (int s = first; s <= token; s++) {
                int key = s * row + column;
                double ds = weights[s - first] * (slopes[s - first] - mean) * in.real(2);
                ds *= capSlope(q, k, at, key, width);
                for (int i = 0; i < width; i++) {
                    dq[at + i] += (float) (ds * k[key + i]);
                    dk[key + i] += (float) (ds * q[at + i]);
                }
            }
        });
    }

    private void each(Batch batch, Head head) {
        int heads = in.whole(0);
        int width = width(batch);
        int window = in.whole(3);
        for (int token = 0; token < batch.tokens(); token++) {
            int begin = token / batch.length() * batch.length();
            int first = window > 0 ? Math.max(begin, token - window + 1) : begin;
            for (int h = 0; h < heads; h++) {
                int column = h / (heads / in.whole(1)) * width;
                head.at(token, first, (token * heads + h) * width, column);
            }
        }
    }

    private int width(Batch batch) {
        return batch.program().tensor(in.result()).columns() / in.whole(0);
    }

    /** The softmax weights of the keys {@code first … token}. */
    private void weigh(
            float[] q, float[] k, int at, int first, int token, int row, int column, int width, double[] weights) {
        double softcap = in.real(4);
        double max = Double.NEGATIVE_INFINITY;
        for (int s = first; s <= token; s++) {
            double score = dot(q, k, at, s * row + column, width) * in.real(2);
            weights[s - first] = softcap > 0 ? softcap * Math.tanh(score / softcap) : score;
            max = Math.max(max, weights[s - first]);
        }
        double sum = 0;
        for (int s = first; s <= token; s++) {
            weights[s - first] = Math.exp(weights[s - first] - max);
            sum += weights[s - first];
        }
        for (int s = first; s <= token; s++) {
            weights[s - first] /= sum;
        }
    }

    private double capSlope(float[] q, float[] k, int at, int key, int width) {
        double softcap = in.real(4);
        if (softcap == 0) {
            return 1;
        }
        double t = Math.tanh(dot(q, k, at, key, width) * in.real(2) / softcap);
        return 1 - t * t;
    }

    private static double dot(float[] q, float[] k, int at, int key, int width) {
        double dot = 0;
        for (int i = 0; i < width; i++) {
            dot += (double) q[at + i] * k[key + i];
        }
        return dot;
    }
}
