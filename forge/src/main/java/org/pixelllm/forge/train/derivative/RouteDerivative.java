package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.executor.expert.Router;
import org.pixelllm.pxvm.program.Operation.Route;

/**
 * The weights' gradients go back to the scores through the gate. Which experts are chosen is taken as given: it does not
 * change with small changes of the scores.
 */
final class RouteDerivative implements Derivative {

    private final Route in;

    RouteDerivative(Route in) {
        this.in = in;
    }

    @Override
    public void forward(Batch batch) {
        float[] scores = batch.values(in.scores()); // [T, n]
        float[] y = batch.values(in.result()); // [T, 2·k]
        int n = batch.program().tensor(in.scores()).columns();
        Router router = new Router(in, n, batch.arithmetic());
        for (int t = 0; t < batch.tokens(); t++) {
            router.route(scores, t * n, y, 2 * in.k() * t);
        }
    }

    @Override
    public void backward(Batch batch) {
        float[] scores = batch.values(in.scores()); // [T, n]
        float[] y = batch.values(in.result()); // [T, 2·k]
        float[] dy = batch.gradient(in.result());
        float[] dx = Sums.begun(batch, in.scores());
        int n = batch.program().tensor(in.scores()).columns();
        int k = in.k();
        int[] chosen = new int[k];
        double[] shares = new double[k];
        double[] slopes = new double[k];
        for (int t = 0; t < batch.tokens(); t++) {
            int at = 2 * k * t;
            for (int j = 0; j < k; j++) {
                chosen[j] = (int) y[at + j];
                slopes[j] = in.scale() * (double) dy[at + k + j];
            }
            share(scores, t * n, n, chosen, shares);
            if (in.normalise() == 1) {
                normalise(shares, slopes);
            }
            give(scores, t * n, n, chosen, shares, slopes, dx);
        }
    }

    /** What the gate makes of the chosen scores, before normalising. */
    private void share(float[] scores, int at, int n, int[] chosen, double[] shares) {
        double highest = scores[at + chosen[0]];
        double sum = 0;
        for (int j = 0; j < chosen.length; j++) {
            double score = scores[at + chosen[j]];
            shares[j] = in.gate() == Route.SIGMOID ? 1 / (1 + StrictMath.exp(-score)) : StrictMath.exp(score - highest);
            sum += shares[j];
        }
        if (in.gate() == Route.SOFTMAX) {
            sum = sumOfAll(scores, at, n, highest);
        }
        for (int j = 0; j < chosen.length && in.gate() != Route.SIGMOID; j++) {
            shares[j] /= sum;
        }
    }

    private static double sumOfAll(float[] scores, int at, int n, double highest) {
        double sum = 0;
        for (int e = 0; e < n; e++) {
            sum += StrictMath.exp(scores[at + e] - highest);
        }
        return sum;
    }

    /** Turns the slopes of {@code share / sum} into those of the shares. */
    private static void normalise(double[] shares, double[] slopes) {
        double sum = 0;
        double weighed = 0;
        for (int j = 0; j < shares.length; j++) {
            sum += shares[j];
            weighed += shares[j] * slopes[j];
        }
        for (int j = 0; j < shares.length; j++) {
            slopes[j] = (slopes[j] - weighed / sum) / sum;
        }
    }

    private void give(float[] scores, int at, int n, int[] chosen, double[] shares, double[] slopes, float[] dx) {
        double weighed = 0;
        for (int j = 0; j < chosen.length; j++) {
            weighed += shares[j] * slopes[j];
        }
        for (int j = 0; j < chosen.length; j++) {
            double slope = switch (in.gate()) {
                case Route.SOFTMAX -> shares[j] * slopes[j];
                case Route.SOFTMAX_OF_CHOSEN -> shares[j] * (slopes[j] - weighed);
                case Route.SIGMOID -> shares[j] * (1 - shares[j]) * slopes[j];
                default -> throw new IllegalStateException("the validator admits no gate " + in.gate());
            };
            dx[at + chosen[j]] += (float) slope;
        }
        if (in.gate() == Route.SOFTMAX) {
            double highest = scores[at + chosen[0]];
            double sum = sumOfAll(scores, at, n, highest);
            for (int e = 0; e < n; e++) {
                dx[at + e] -= (float) (weighed * StrictMath.exp(scores[at + e] - highest) / sum);
            }
        }
    }
}
