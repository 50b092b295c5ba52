package org.pixelllm.forge.importer.oracle;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.pixelllm.forge.importer.oracle.TinyModel.Values;

/** The formulas of the papers, in doubles, over rows of tokens // [tokens, dim] */
final class Plain {

    private Plain() {}

    /** x · wᵀ */
    static double[][] product(double[][] x, Values w) {
        double[][] y = new double[x.length][w.rows()];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < w.rows(); o++) {
                double sum = 0;
                for (int i = 0; i < w.columns(); i++) {
                    sum += x[t][i] * w.at(o, i);
                }
                y[t][o] = sum;
            }
        }
        return y;
    }

    static double[][] sum(double[][] a, double[][] b) {
        double[][] y = new double[a.length][a[0].length];
        for (int t = 0; t < a.length; t++) {
            for (int i = 0; i < a[t].length; i++) {
                y[t][i] = a[t][i] + b[t][i];
            }
        }
        return y;
    }

    static double[][] each(double[][] x, DoubleUnaryOperator f) {
        return Arrays.stream(x).map(row -> Arrays.stream(row).map(f).toArray()).toArray(double[][]::new);
    }

    static double[][] times(double[][] a, double[][] b) {
        double[][] y = new double[a.length][a[0].length];
        for (int t = 0; t < a.length; t++) {
            for (int i = 0; i < a[t].length; i++) {
                y[t][i] = a[t][i] * b[t][i];
            }
        }
        return y;
    }

    /** RMSNorm (Zhang and Sennrich, 2019) over each run of as many columns as there are gains. */
    static double[][] rms(double[][] x, Values gain, double plus, double epsilon) {
        int n = gain.data().length;
        double[][] y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            for (int start = 0; start < x[t].length; start += n) {
                double squares = 0;
                for (int i = 0; i < n; i++) {
                    squares += x[t][start + i] * x[t][start + i];
                }
                for (int i = 0; i < n; i++) {
                    y[t][start + i] = x[t][start + i] / Math.sqrt(squares / n + epsilon) * (gain.at(0, i) + plus);
                }
            }
        }
        return y;
    }

    /** LayerNorm (Ba et al., 2016). */
    static double[][] layerNorm(double[][] x, Values gain, Values bias, double epsilon) {
        double[][] y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double mean = Arrays.stream(x[t]).average().orElseThrow();
            double variance = Arrays.stream(x[t])
                    .map(v -> (v - mean) * (v - mean))
                    .average()
                    .orElseThrow();
            y[t] = new double[x[t].length];
            for (int i = 0; i < y[t].length; i++) {
                y[t][i] = (x[t][i] - mean) / Math.sqrt(variance + epsilon) * gain.at(0, i) + bias.at(0, i);
            }
        }
        return y;
    }

    /** GELU (Hendrycks and Gimpel, 2016), exact: erf by its series, which converges everywhere. */
    static double gelu(double x) {
        double z = x / Math.sqrt(2);
        if (Math.abs(z) > 6) {
            return x > 0 ? x : 0;
        }
        double term = z;
        double sum = z;
        for (int n = 1; n < 200; n++) {
            term *= -z * z / n;
            sum += term / (2 * n + 1);
        }
        return x / 2 * (1 + 2 / Math.sqrt(Math.PI) * sum);
    }

    /** Its approximation, from the same paper. */
    static double geluTanh(double x) {
        return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }

    static double silu(double x) {
        return x / (1 + Math.exp(-x));
    }

    /** Rotary positions (Su et al., 2021): frequencies for each pair, and what cosine and sine are multiplied by. */
    record Rotation(double[] frequencies, double magnitude, boolean neighbours) {}

    static double[][] rotate(double[][] x, int head, Rotation rotation) {
        int pairs = rotation.frequencies.length;
        double[][] y = Arrays.stream(x).map(double[]::clone).toArray(double[][]::new);
        for (int t = 0; t < x.length; t++) {
            for (int start = 0; start < x[t].length; start += head) {
                for (int p = 0; p < pairs; p++) {
                    int a = start + (rotation.neighbours ? 2 * p : p);
                    int b = rotation.neighbours ? a + 1 : a + pairs;
                    double cos = Math.cos(t * rotation.frequencies[p]) * rotation.magnitude;
                    double sin = Math.sin(t * rotation.frequencies[p]) * rotation.magnitude;
                    y[t][a] = x[t][a] * cos - x[t][b] * sin;
                    y[t][b] = x[t][b] * cos + x[t][a] * sin;
                }
            }
        }
        return y;
    }

    /** Causal attention (Vaswani et al., 2017); a window counts the token itself; 0 is none, as for the bound of scores. */
    static double[][] attention(
            double[][] q, double[][] k, double[][] v, int head, double scale, int window, double cap) {
        int heads = q[0].length / head;
        int sharing = heads / (k[0].length / head);
        double[][] y = new double[q.length][q[0].length];
        for (int t = 0; t < q.length; t++) {
            int first = window > 0 ? Math.max(0, t - window + 1) : 0;
            for (int h = 0; h < heads; h++) {
                int kv = h / sharing * head;
                double[] scores = new double[t + 1];
                double most = Double.NEGATIVE_INFINITY;
                for (int s = first; s <= t; s++) {
                    for (int i = 0; i < head; i++) {
                        scores[s] += q[t][h * head + i] * k[s][kv + i];
                    }
                    scores[s] *= scale;
                    scores[s] = cap > 0 ? cap * Math.tanh(scores[s] / cap) : scores[s];
                    most = Math.max(most, scores[s]);
                }
                double all = 0;
                for (int s = first; s <= t; s++) {
                    all += Math.exp(scores[s] - most);
                }
                for (int s = first; s <= t; s++) {
                    double weight = Math.exp(scores[s] - most) / all;
                    for (int i = 0; i < head; i++) {
                        y[t][h * head + i] += weight * v[s][kv + i];
                    }
                }
            }
        }
        return y;
    }

    static double[] softmax(double[] x) {
        double most = Arrays.stream(x).max().orElseThrow();
        double all = Arrays.stream(x).map(v -> Math.exp(v - most)).sum();
        return Arrays.stream(x).map(v -> Math.exp(v - most) / all).toArray();
    }

    /** Columns from..to of each row. */
    static double[][] columns(double[][] x, int from, int to) {
        return Arrays.stream(x).map(row -> Arrays.copyOfRange(row, from, to)).toArray(double[][]::new);
    }
}
