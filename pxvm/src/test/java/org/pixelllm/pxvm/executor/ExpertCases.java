package org.pixelllm.pxvm.executor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Weights;

/** Cases for rows that go to some of many experts; the formulas are written from their definitions, in double. */
final class ExpertCases {

    private ExpertCases() {}

    /**
     * What is routed.
     *
     * @param n experts
     * @param k of them for each row
     * @param ties whether many scores are equal
     * @param width of x and y
     * @param inner outputs of the first experts and inputs of the second ones
     */
    private record Kind(int n, int k, int gate, int normalise, double scale, boolean ties, int width, int inner) {

        @Override
        public String toString() {
            return "experts %d of %d, gate %d, normalise %d, scale %s%s, %d to %d"
                    .formatted(k, n, gate, normalise, scale, ties ? ", ties" : "", width, inner);
        }
    }

    private static final List<Kind> KINDS = List.of(
            new Kind(8, 2, 0, 1, 1, false, 32, 48),
            new Kind(7, 3, 0, 0, 1.5, true, 67, 33),
            new Kind(5, 2, 1, 0, 1, true, 17, 5),
            new Kind(9, 4, 2, 1, 2.5, false, 16, 16),
            new Kind(3, 3, 2, 0, -1, true, 1, 3),
            new Kind(1, 1, 2, 0, 1, false, 20, 7));

    static List<ConformanceCase> all(List<String> types) {
        List<ConformanceCase> cases = new ArrayList<>();
        for (Kind kind : KINDS) {
            cases.add(of(kind, "f32", 1, 0));
            cases.add(of(kind, "f32", 5, 3));
            cases.add(of(kind, "f32", 40, 3));
        }
        for (String type : types) {
            if (!type.equals("f32")) {
                cases.add(of(KINDS.get(0), type, 1, 3));
                cases.add(of(KINDS.get(1), type, 40, 0));
            }
        }
        cases.addAll(shared());
        return cases;
    }

    /** Wide enough that the SIMD executor shares the rows out to its threads. */
    static List<ConformanceCase> shared() {
        return List.of(
                of(new Kind(40, 20, 0, 1, 1, false, 259, 130), "q8", 1, 0),
                of(new Kind(4, 2, 0, 1, 1, false, 259, 130), "q4", 60, 0));
    }

    static List<ConformanceCase> few() {
        return List.of(of(KINDS.get(1), "f32", 5, 3), of(KINDS.get(0), "q4", 5, 0), of(KINDS.get(3), "q8", 1, 0));
    }

    private static ConformanceCase of(Kind kind, String type, int tokens, int before) {
        int n = kind.n;
        int k = kind.k;
        ConformanceCase.Builder b = new ConformanceCase.Builder(kind.hashCode() + tokens)
                .declare("input tokens ids [T]")
                .weight("table", "f32", ConformanceCases.VOCABULARY, kind.width)
                .weight("score_table", "f32", ConformanceCases.VOCABULARY, n)
                .weight("up", type, n * kind.inner, kind.width)
                .weight("b_up", type, n * kind.inner)
                .weight("down", type, n * kind.width, kind.inner)
                .weight("w", "f32", ConformanceCases.VOCABULARY, kind.width)
                .declare("scratch x f32 [T, " + kind.width + "]")
                .declare("scratch raw f32 [T, " + n + "]")
                .declare("scratch scores f32 [T, " + n + "]")
                .declare("scratch route f32 [T, " + 2 * k + "]")
                .declare("scratch h f32 [T, " + k * kind.inner + "]")
                .declare("scratch parts f32 [T, " + k * kind.width + "]")
                .declare("scratch y f32 [T, " + kind.width + "]")
                .declare("scratch last f32 [R, " + kind.width + "]")
                .declare("output logits f32 [R, " + ConformanceCases.VOCABULARY + "]")
                .run("x = embed tokens table")
                .run("raw = embed tokens score_table")
                .run("scores = " + (kind.ties ? "relu raw" : "scale raw factor=1.0"))
                .run(String.format(
                        Locale.ROOT,
                        "route = route scores k=%d gate=%d normalise=%d scale=%s",
                        k,
                        kind.gate,
                        kind.normalise,
                        kind.scale))
                .run("h = experts x route up b_up n=" + n)
                .run("parts = experts h route down _ n=" + n)
                .run("y = combine parts route")
                .run("last = select y")
                .run("logits = matmul last w _");
        return ConformanceCases.finish(
                kind.toString(),
                type,
                b,
                ConformanceCases.VOCABULARY,
                tokens,
                before,
                (x, ids, p, w) -> routed(kind, x, ids, p, w),
                "w",
                "");
    }

    private static double[][] routed(Kind kind, double[][] x, int[] ids, Program program, Weights weights) {
        double[][] scores = ConformanceCases.embed(ids, ConformanceCase.rows(program, weights, "score_table"));
        float[][] up = ConformanceCase.rows(program, weights, "up");
        float[] bias = ConformanceCase.rows(program, weights, "b_up")[0];
        float[][] down = ConformanceCase.rows(program, weights, "down");
        double[][] y = new double[x.length][kind.width];
        for (int t = 0; t < x.length; t++) {
            double[] s = kind.ties ? ConformanceCases.map(scores, v -> Math.max(v, 0))[t] : scores[t];
            List<Integer> chosen = IntStream.range(0, kind.n)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer e) -> -s[e]))
                    .limit(kind.k)
                    .toList();
            double[] share = shares(kind, s, chosen);
            for (int j = 0; j < kind.k; j++) {
                int e = chosen.get(j);
                double[] h = new double[kind.inner];
                for (int a = 0; a < kind.inner; a++) {
                    h[a] = bias[e * kind.inner + a] + dot(x[t], up[e * kind.inner + a]);
                }
                for (int a = 0; a < kind.width; a++) {
                    y[t][a] += share[j] * dot(h, down[e * kind.width + a]);
                }
            }
        }
        return y;
    }

    private static double dot(double[] x, float[] w) {
        return IntStream.range(0, x.length).mapToDouble(i -> x[i] * w[i]).sum();
    }

    private static double[] shares(Kind kind, double[] s, List<Integer> chosen) {
        double all =
                IntStream.range(0, s.length).mapToDouble(e -> Math.exp(s[e])).sum();
        double some = chosen.stream().mapToDouble(e -> Math.exp(s[e])).sum();
        double[] share = chosen.stream()
                .mapToDouble(e -> switch (kind.gate) {
                    case 0 -> Math.exp(s[e]) / all;
                    case 1 -> Math.exp(s[e]) / some;
                    default -> 1 / (1 + Math.exp(-s[e]));
                })
                .toArray();
        double sum = kind.normalise == 1
                ? IntStream.range(0, share.length).mapToDouble(j -> share[j]).sum()
                : 1;
        for (int j = 0; j < share.length; j++) {
            share[j] *= kind.scale / sum;
        }
        return share;
    }
}
