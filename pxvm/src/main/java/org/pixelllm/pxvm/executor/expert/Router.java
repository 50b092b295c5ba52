package org.pixelllm.pxvm.executor.expert;

import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.program.Operation.Route;

/** Chooses experts by their scores and weighs them. Not safe for use by several threads at once. */
public final class Router {

    private final Route in;
    private final int n;
    private final Arithmetic arithmetic;
    private final int[] chosen; // [k]
    private final float[] weights; // of all experts or of the chosen ones // [n]

    /**
     * For a route instruction.
     *
     * @param n how many experts there are
     */
    public Router(Route in, int n, Arithmetic arithmetic) {
        this.in = in;
        this.n = n;
        this.arithmetic = arithmetic;
        this.chosen = new int[in.k()];
        this.weights = new float[n + Arithmetic.LANES];
    }

    /**
     * Chooses the experts with the highest scores, the lower number first where two are equal.
     *
     * @param scores from {@code at} // [n]
     * @param chosen receives as many numbers as it has places, all different, by descending score
     */
    public static void choose(float[] scores, int at, int n, int[] chosen) {
        for (int j = 0; j < chosen.length; j++) {
            int best = -1;
            for (int e = 0; e < n; e++) {
                if ((best < 0 || scores[at + e] > scores[at + best]) && !contains(chosen, j, e)) {
                    best = e;
                }
            }
            chosen[j] = best;
        }
    }

    private static boolean contains(int[] chosen, int count, int e) {
        for (int j = 0; j < count; j++) {
            if (chosen[j] == e) {
                return true;
            }
        }
        return false;
    }

    /**
     * Routes one row.
     *
     * @param scores from {@code at} // [n]
     * @param y receives the numbers and the weights from {@code to} // [2·k]
     */
    public void route(float[] scores, int at, float[] y, int to) {
        choose(scores, at, n, chosen);
        int k = chosen.length;
        switch (in.gate()) {
            case Route.SOFTMAX -> {
                System.arraycopy(scores, at, weights, 0, n);
                float sum = arithmetic.exponentials(weights, 0, n, scores[at + chosen[0]]);
                for (int j = 0; j < k; j++) {
                    y[to + k + j] = weights[chosen[j]] / sum;
                }
            }
            case Route.SOFTMAX_OF_CHOSEN -> {
                takeChosen(scores, at);
                float sum = arithmetic.exponentials(weights, 0, k, scores[at + chosen[0]]);
                for (int j = 0; j < k; j++) {
                    y[to + k + j] = weights[j] / sum;
                }
            }
            case Route.SIGMOID -> {
                takeChosen(scores, at);
                arithmetic.sigmoid(weights, weights, k);
                System.arraycopy(weights, 0, y, to + k, k);
            }
            default -> throw new IllegalStateException("the validator admits no gate " + in.gate());
        }
        finish(y, to + k, k);
        for (int j = 0; j < k; j++) {
            y[to + j] = chosen[j];
        }
    }

    private void takeChosen(float[] scores, int at) {
        for (int j = 0; j < chosen.length; j++) {
            weights[j] = scores[at + chosen[j]];
        }
    }

    private void finish(float[] y, int at, int k) {
        if (in.normalise() == 1) {
            float sum = 0;
            for (int j = 0; j < k; j++) {
                sum += y[at + j];
            }
            for (int j = 0; j < k; j++) {
                y[at + j] /= sum;
            }
        }
        for (int j = 0; j < k; j++) {
            y[at + j] *= in.scale();
        }
    }
}
