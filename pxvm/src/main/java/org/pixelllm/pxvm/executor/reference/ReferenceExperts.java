package org.pixelllm.pxvm.executor.reference;

import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.expert.ExpertRows;
import org.pixelllm.pxvm.executor.expert.Router;
import org.pixelllm.pxvm.executor.expert.Routing;
import org.pixelllm.pxvm.program.Operation.Combine;
import org.pixelllm.pxvm.program.Operation.Experts;
import org.pixelllm.pxvm.program.Operation.Route;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** Rows that go to some of many experts. */
final class ReferenceExperts {

    private final Experts in;
    private final WeightTensor w; // [experts · o, i]
    private final float[] b; // [experts · o]
    private final int columns; // of x
    private final Routing routing;

    ReferenceExperts(Program program, Experts in, Weights weights) {
        this.in = in;
        this.w = weights.get(in.w());
        this.b = in.hasB() ? weights.get(in.b()).decode() : new float[w.rows()];
        this.columns = program.tensor(in.x()).columns();
        this.routing = new Routing(in.n(), program.tensor(in.route()).columns() / 2);
    }

    /** The experts' products, one expert after the other: each reads its rows once for all that chose it. */
    void run(Frame frame) {
        float[] x = frame.values(in.x()); // [r, i] or [r, k·i]
        float[] y = frame.values(in.result()); // [r, k·o]
        routing.take(frame.values(in.route()), frame.rowsOf(in.result()));
        for (int index = 0; index < routing.experts(); index++) {
            ExpertRows rows = ExpertRows.of(w, in.n(), routing.expert(index));
            int count = routing.count(index);
            int outputs = rows.w().rows();
            float[] from = new float[count * w.columns()];
            float[] to = new float[count * outputs];
            routing.gather(index, x, columns, w.columns(), from);
            ReferenceMachine.products(from, count, rows.w(), rows.of(b), to);
            routing.scatter(index, to, outputs, rows.skip(), rows.outputs(), y);
        }
    }

    static void route(Frame frame, Program program, Route in) {
        float[] scores = frame.values(in.scores()); // [r, n]
        float[] y = frame.values(in.result()); // [r, 2·k]
        int n = program.tensor(in.scores()).columns();
        int k = in.k();
        int[] chosen = new int[k];
        double[] weights = new double[k];
        for (int r = 0; r < frame.rowsOf(in.result()); r++) {
            Router.choose(scores, r * n, n, chosen);
            weigh(in, scores, r * n, n, chosen, weights);
            for (int j = 0; j < k; j++) {
                y[2 * k * r + j] = chosen[j];
                y[2 * k * r + k + j] = (float) weights[j];
            }
        }
    }

    private static void weigh(Route in, float[] scores, int at, int n, int[] chosen, double[] weights) {
        double highest = scores[at + chosen[0]];
        double sum = 0;
        for (int j = 0; j < chosen.length; j++) {
            double score = scores[at + chosen[j]];
            weights[j] =
                    in.gate() == Route.SIGMOID ? 1 / (1 + StrictMath.exp(-score)) : StrictMath.exp(score - highest);
            sum += weights[j];
        }
        double divisor = in.gate() == Route.SOFTMAX_OF_CHOSEN || in.normalise() == 1 ? sum : 1;
        if (in.gate() == Route.SOFTMAX && in.normalise() == 0) {
            divisor = 0;
            for (int e = 0; e < n; e++) {
                divisor += StrictMath.exp(scores[at + e] - highest);
            }
        }
        for (int j = 0; j < chosen.length; j++) {
            weights[j] *= in.scale() / divisor;
        }
    }

    static void combine(Frame frame, Program program, Combine in) {
        float[] x = frame.values(in.x()); // [r, k·o]
        float[] route = frame.values(in.route()); // [r, 2·k]
        float[] y = frame.values(in.result()); // [r, o]
        int o = program.tensor(in.result()).columns();
        int k = program.tensor(in.route()).columns() / 2;
        for (int r = 0; r < frame.rowsOf(in.result()); r++) {
            for (int a = 0; a < o; a++) {
                double sum = 0;
                for (int j = 0; j < k; j++) {
                    sum += (double) route[2 * k * r + k + j] * x[(r * k + j) * o + a];
                }
                y[r * o + a] = (float) sum;
            }
        }
    }
}
