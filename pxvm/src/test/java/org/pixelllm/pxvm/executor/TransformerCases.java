package org.pixelllm.pxvm.executor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import org.pixelllm.pxvm.executor.ConformanceCases.Formula;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Weights;

/** Cases for the instructions of transformers; the formulas are written from their definitions, in double. */
final class TransformerCases {

    private static final int[] WIDTHS = {1, 3, 16, 17, 67};
    private static final double EPSILON = 1e-5;

    private TransformerCases() {}

    static List<ConformanceCase> all() {
        List<ConformanceCase> cases = new ArrayList<>();
        for (int tokens : new int[] {1, 5}) {
            for (int before : new int[] {0, 3}) {
                cases.addAll(of(tokens, before, WIDTHS));
            }
        }
        // Enough heads and positions that the SIMD executor shares them out to its threads.
        cases.add(attention(16, 4, 32, 0, 0, 40, 3));
        return cases;
    }

    /** A case for each instruction and width, and for each kind of rotation and attention. */
    static List<ConformanceCase> of(int tokens, int before, int... widths) {
        List<ConformanceCase> cases = new ArrayList<>();
        for (int width : widths) {
            cases.add(map("silu", width, tokens, before, "silu x", x -> x / (1 + Math.exp(-x))));
            cases.add(map("gelu", width, tokens, before, "gelu x", x -> x * normalBelow(x)));
            cases.add(map("gelu_tanh", width, tokens, before, "gelu_tanh x", TransformerCases::geluTanh));
            cases.add(map("scale", width, tokens, before, "scale x factor=-1.5", x -> -1.5 * x));
            cases.add(map("softcap", width, tokens, before, "softcap x cap=2.0", x -> 2 * Math.tanh(x / 2)));
            cases.add(rmsnorm(width, width, tokens, before));
            cases.add(layernorm(width, tokens, before, true));
            cases.add(layernorm(width, tokens, before, false));
            cases.add(position(width, tokens, before));
        }
        cases.add(rmsnorm(24, 8, tokens, before));
        cases.add(rmsnorm(15, 5, tokens, before));
        rotations(cases, tokens, before);
        attentions(cases, tokens, before);
        return cases;
    }

    /** A program whose value y is made from the embedding x by these lines. */
    private static ConformanceCase of(
            String name, int width, int tokens, int before, Consumer<ConformanceCase.Builder> lines, Formula formula) {
        ConformanceCase.Builder b = new ConformanceCase.Builder(name.hashCode() + width)
                .declare("input tokens ids [T]")
                .weight("table", "f32", ConformanceCases.VOCABULARY, width)
                .weight("w", "f32", ConformanceCases.VOCABULARY, width)
                .declare("scratch x f32 [T, " + width + "]")
                .declare("scratch y f32 [T, " + width + "]")
                .declare("scratch last f32 [R, " + width + "]")
                .declare("output logits f32 [R, " + ConformanceCases.VOCABULARY + "]")
                .run("x = embed tokens table");
        lines.accept(b);
        b.run("last = select y").run("logits = matmul last w _");
        return ConformanceCases.finish(
                name + " " + width, "f32", b, ConformanceCases.VOCABULARY, tokens, before, formula, "w", "");
    }

    private static ConformanceCase map(
            String name, int width, int tokens, int before, String line, DoubleUnaryOperator f) {
        return of(name, width, tokens, before, b -> b.run("y = " + line), (x, t, p, w) -> ConformanceCases.map(x, f));
    }

    /** The share of a normal distribution below x, by Simpson's rule: an erf that shares nothing with ours. */
    private static double normalBelow(double x) {
        int steps = 4000;
        double from = -12;
        double h = (x - from) / steps;
        double sum = density(from) + density(x);
        for (int i = 1; i < steps; i++) {
            sum += density(from + i * h) * (i % 2 == 0 ? 2 : 4);
        }
        return sum * h / 3;
    }

    private static double density(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    private static double geluTanh(double x) {
        return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * Math.pow(x, 3))));
    }

    private static ConformanceCase rmsnorm(int width, int group, int tokens, int before) {
        return of(
                "rmsnorm by " + group,
                width,
                tokens,
                before,
                b -> b.weight("gain", "f32", group).run("y = rmsnorm x gain epsilon=" + (float) EPSILON),
                (x, t, p, w) -> {
                    float[] gain = ConformanceCase.rows(p, w, "gain")[0];
                    double[][] y = new double[x.length][width];
                    for (int r = 0; r < x.length; r++) {
                        for (int i = 0; i < width; i++) {
                            int start = i / group * group;
                            double squares = 0;
                            for (int j = start; j < start + group; j++) {
                                squares += x[r][j] * x[r][j];
                            }
                            y[r][i] = x[r][i] / Math.sqrt(squares / group + (float) EPSILON) * gain[i % group];
                        }
                    }
                    return y;
                });
    }

    private static ConformanceCase layernorm(int width, int tokens, int before, boolean bias) {
        return of(
                "layernorm" + (bias ? " with bias" : ""),
                width,
                tokens,
                before,
                b -> b.weight("gain", "f32", width)
                        .weight("bias", "f32", width)
                        .run("y = layernorm x gain " + (bias ? "bias" : "_") + " epsilon=0.001"),
                (x, t, p, w) -> {
                    float[] gain = ConformanceCase.rows(p, w, "gain")[0];
                    float[] offset = ConformanceCase.rows(p, w, "bias")[0];
                    double[][] y = new double[x.length][width];
                    for (int r = 0; r < x.length; r++) {
                        double mean = Arrays.stream(x[r]).average().orElseThrow();
                        double variance = Arrays.stream(x[r])
                                .map(v -> (v - mean) * (v - mean))
                                .average()
                                .orElseThrow();
                        for (int i = 0; i < width; i++) {
                            y[r][i] =
                                    (x[r][i] - mean) / Math.sqrt(variance + 0.001f) * gain[i] + (bias ? offset[i] : 0);
                        }
                    }
                    return y;
                });
    }

    private static ConformanceCase position(int width, int tokens, int before) {
        return of(
                "position",
                width,
                tokens,
                before,
                b -> b.weight("places", "f32", CONTEXT, width)
                        .declare("scratch place f32 [T, " + width + "]")
                        .run("place = position places")
                        .run("y = add x place"),
                (x, t, p, w) -> {
                    float[][] places = ConformanceCase.rows(p, w, "places");
                    double[][] y = new double[x.length][width];
                    for (int r = 0; r < x.length; r++) {
                        for (int i = 0; i < width; i++) {
                            y[r][i] = x[r][i] + places[r][i];
                        }
                    }
                    return y;
                });
    }

    private static final int CONTEXT = ConformanceCase.CONTEXT;

    private static void rotations(List<ConformanceCase> cases, int tokens, int before) {
        for (int halves = 0; halves < 2; halves++) {
            cases.add(rope(12, 4, 4, halves, 10_000, 1, 0, false, tokens, before));
            cases.add(rope(14, 14, 6, halves, 500, 1, 0, false, tokens, before));
            cases.add(rope(32, 16, 16, halves, 10_000, 4, 0, false, tokens, before));
            cases.add(rope(32, 32, 32, halves, 100, 8, 30, false, tokens, before));
            cases.add(rope(28, 14, 6, halves, 500, 1, 0, true, tokens, before));
            cases.add(rope(32, 32, 32, halves, 100, 8, 30, true, tokens, before));
        }
    }

    private static ConformanceCase rope(
            int width,
            int head,
            int dims,
            int halves,
            double theta,
            double factor,
            double original,
            boolean factors,
            int tokens,
            int before) {
        double low = 1;
        double high = 4;
        String line = String.format(
                Locale.ROOT,
                "y = rope x %s head=%d dims=%d halves=%d theta=%s factor=%s low=%s high=%s original=%s",
                factors ? "factors" : "_",
                head,
                dims,
                halves,
                theta,
                factor,
                low,
                high,
                original);
        String name = "rope " + head + "/" + dims + " halves=" + halves + " factor=" + factor + " original=" + original
                + (factors ? " and factors" : "");
        return of(
                name,
                width,
                tokens,
                before,
                b -> b.weight("factors", "f32", 2, dims / 2).run(line),
                (x, t, p, w) -> {
                    float[][] own = ConformanceCase.rows(p, w, "factors");
                    double[][] y = ConformanceCases.map(x, v -> v);
                    for (int r = 0; r < x.length; r++) {
                        for (int i = 0; i < width; i++) {
                            int within = i % head;
                            if (within >= dims) {
                                continue;
                            }
                            int pair = halves == 1 ? within % (dims / 2) : within / 2;
                            boolean isFirst = halves == 1 ? within < dims / 2 : within % 2 == 0;
                            int apart = halves == 1 ? dims / 2 : 1;
                            double frequency = 1 / Math.pow(theta, 2.0 * pair / dims);
                            double wavelength = 2 * Math.PI / frequency;
                            if (original == 0 || wavelength > original / low) {
                                frequency /= factor;
                            } else if (wavelength >= original / high) {
                                double smooth = (original / wavelength - low) / (high - low);
                                frequency = (1 - smooth) * frequency / factor + smooth * frequency;
                            }
                            double angle = r * (factors ? frequency / own[0][pair] : frequency);
                            double turned = isFirst
                                    ? x[r][i] * Math.cos(angle) - x[r][i + apart] * Math.sin(angle)
                                    : x[r][i - apart] * Math.sin(angle) + x[r][i] * Math.cos(angle);
                            y[r][i] = factors ? own[1][pair] * turned : turned;
                        }
                    }
                    return y;
                });
    }

    private static void attentions(List<ConformanceCase> cases, int tokens, int before) {
        int[][] shapes = {{1, 1, 3}, {2, 1, 8}, {4, 2, 16}, {6, 3, 5}, {3, 3, 17}};
        for (int[] shape : shapes) {
            cases.add(attention(shape[0], shape[1], shape[2], 0, 0, tokens, before));
        }
        cases.add(attention(4, 2, 8, 3, 0, tokens, before));
        cases.add(attention(4, 2, 8, 1, 0, tokens, before));
        cases.add(attention(4, 4, 8, 0, 1.5, tokens, before));
    }

    private static ConformanceCase attention(
            int heads, int kvHeads, int head, int window, double cap, int tokens, int before) {
        int kv = kvHeads * head;
        double scale = 0.7;
        String name = "attention " + heads + "/" + kvHeads + " window=" + window + " softcap=" + cap;
        return of(
                name,
                heads * head,
                tokens,
                before,
                b -> b.weight("k_table", "f32", ConformanceCases.VOCABULARY, kv)
                        .weight("v_table", "f32", ConformanceCases.VOCABULARY, kv)
                        .declare("scratch k f32 [T, " + kv + "]")
                        .declare("scratch v f32 [T, " + kv + "]")
                        .declare("state keys f32 [" + CONTEXT + ", " + kv + "]")
                        .declare("state values f32 [" + CONTEXT + ", " + kv + "]")
                        .run("k = embed tokens k_table")
                        .run("v = embed tokens v_table")
                        .run("y = attention x k v keys values heads=" + heads + " kv_heads=" + kvHeads
                                + " scale=0.7 window=" + window + " softcap=" + cap),
                (x, t, p, w) -> attend(x, t, p, w, heads, kvHeads, head, (float) scale, window, cap));
    }

    private static double[][] attend(
            double[][] q,
            int[] tokens,
            Program program,
            Weights weights,
            int heads,
            int kvHeads,
            int head,
            double scale,
            int window,
            double cap) {
        double[][] k = ConformanceCases.embed(tokens, ConformanceCase.rows(program, weights, "k_table"));
        double[][] v = ConformanceCases.embed(tokens, ConformanceCase.rows(program, weights, "v_table"));
        double[][] y = new double[q.length][heads * head];
        for (int t = 0; t < q.length; t++) {
            for (int h = 0; h < heads; h++) {
                int shared = h * kvHeads / heads;
                double[] weight = new double[t + 1];
                double sum = 0;
                for (int s = 0; s <= t; s++) {
                    if (window > 0 && t - s >= window) {
                        continue;
                    }
                    double dot = 0;
                    for (int i = 0; i < head; i++) {
                        dot += q[t][h * head + i] * k[s][shared * head + i];
                    }
                    dot *= scale;
                    weight[s] = Math.exp(cap > 0 ? cap * Math.tanh(dot / cap) : dot);
                    sum += weight[s];
                }
                for (int s = 0; s <= t; s++) {
                    for (int i = 0; i < head; i++) {
                        y[t][h * head + i] += weight[s] / sum * v[s][shared * head + i];
                    }
                }
            }
        }
        return y;
    }
}
