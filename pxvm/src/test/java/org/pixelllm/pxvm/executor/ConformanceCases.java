package org.pixelllm.pxvm.executor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Weights;

/**
 * The shared suite: for each instruction, programs of odd, prime and large widths, with one token and several, at
 * position 0 and after it. Every program ends in a matrix product, because only that can write the output.
 */
public final class ConformanceCases {

    private static final int[] WIDTHS = {1, 3, 7, 16, 17, 64, 67, 129};

    private static final List<String> TYPES = Stream.of(ElementType.values())
            .filter(ElementType::isWeightType)
            .map(ElementType::word)
            .toList();

    private ConformanceCases() {}

    private static final class All {
        static final List<ConformanceCase> CASES = everyCase();
    }

    /** What an instruction does to the embedded tokens, in double. */
    interface Formula {
        double[][] apply(double[][] x, int[] tokens, Program program, Weights weights);
    }

    /** The whole suite, made once: its expected values take seconds. */
    static List<ConformanceCase> all() {
        return All.CASES;
    }

    private static List<ConformanceCase> everyCase() {
        List<ConformanceCase> cases = new ArrayList<>();
        for (int width : WIDTHS) {
            for (int tokens : new int[] {1, 2, 5}) {
                for (int before : new int[] {0, 3}) {
                    cases.addAll(of("f32", width, tokens, before));
                }
            }
            for (String type : TYPES) {
                if (!type.equals("f32")) {
                    cases.addAll(readers(type, width));
                }
            }
        }
        cases.addAll(TransformerCases.all());
        cases.addAll(ExpertCases.all(TYPES));
        cases.addAll(wide());
        return List.copyOf(cases);
    }

    /** Wide enough that the SIMD executor shares the rows out to its threads, and that rows fill whole pages. */
    static List<ConformanceCase> wide() {
        List<ConformanceCase> cases = new ArrayList<>();
        for (String type : TYPES) {
            cases.add(matmul(type, 515, 1031, 3, 0, true));
        }
        return cases;
    }

    /**
     * Less of the suite, where a machine is slow: each instruction at one width, a table of each weight type, and products
     * of one row and of several. The first is a plain product of f32.
     */
    public static List<ConformanceCase> few() {
        int width = 67;
        int tokens = 5;
        int before = 3;
        List<ConformanceCase> cases = new ArrayList<>(of("f32", width, tokens, before));
        for (String type : TYPES) {
            cases.add(embed(type, width, tokens, before));
        }
        cases.add(matmul("f32", width, 2 * width + 1, 1, before, false));
        cases.add(matmul("q8", width, width + 4, 1, before, true));
        cases.add(matmul("q8", width, width + 4, tokens, before, true));
        cases.addAll(TransformerCases.of(tokens, before, width));
        cases.addAll(ExpertCases.few());
        return cases;
    }

    /** The instructions that read a matrix of weights: they alone can tell its type. */
    private static List<ConformanceCase> readers(String type, int width) {
        return List.of(
                matmul(type, width, 2 * width + 1, 1, 0, false),
                matmul(type, width, 2 * width + 1, 5, 3, false),
                matmul(type, width, width + 4, 1, 3, true),
                matmul(type, width, width + 4, 5, 0, true),
                embed(type, width, 5, 3));
    }

    private static List<ConformanceCase> of(String type, int width, int tokens, int before) {
        return List.of(
                matmul(type, width, 2 * width + 1, tokens, before, false),
                matmul(type, width, width + 4, tokens, before, true),
                embed(type, width, tokens, before),
                element("mean", type, width, tokens, before, "y = mean x sum", (x, t, p, w) -> mean(x)),
                element("relu", type, width, tokens, before, "y = relu x", (x, t, p, w) -> map(x, v -> Math.max(v, 0))),
                element("add", type, width, tokens, before, "y = add x x2", (x, t, p, w) -> sum(x, table(t, p, w))),
                element(
                        "mul",
                        type,
                        width,
                        tokens,
                        before,
                        "y = mul x x2",
                        (x, t, p, w) -> product(x, table(t, p, w))));
    }

    private static ConformanceCase embed(String type, int width, int tokens, int before) {
        return element("embed", type, width, tokens, before, "", (x, t, p, w) -> x);
    }

    static final int VOCABULARY = 11;

    private static ConformanceCase matmul(String type, int width, int outputs, int tokens, int before, boolean bias) {
        ConformanceCase.Builder b = new ConformanceCase.Builder(width * 31L + tokens)
                .declare("input tokens ids [T]")
                .weight("table", "f32", outputs, width)
                .weight("w", type, outputs, width)
                .weight("b", type, outputs)
                .declare("scratch x f32 [T, " + width + "]")
                .declare("scratch last f32 [R, " + width + "]")
                .declare("output logits f32 [R, " + outputs + "]")
                .run("x = embed tokens table")
                .run("last = select x")
                .run("logits = matmul last w " + (bias ? "b" : "_"));
        Formula identity = (x, t, p, w) -> x;
        String name = "matmul" + (bias ? " with bias" : "") + " " + outputs + " x " + width;
        return finish(name, type, b, outputs, tokens, before, identity, "w", bias ? "b" : "");
    }

    /** A case whose instruction keeps the width; a square product after it brings the values to the output. */
    private static ConformanceCase element(
            String name, String type, int width, int tokens, int before, String line, Formula formula) {
        String value = line.isEmpty() ? "x" : "y";
        ConformanceCase.Builder b = new ConformanceCase.Builder(name.hashCode() + width)
                .declare("input tokens ids [T]")
                .weight("table", type, VOCABULARY, width)
                .weight("table2", type, VOCABULARY, width)
                .weight("w", "f32", VOCABULARY, width)
                .declare("scratch x f32 [T, " + width + "]")
                .declare("scratch x2 f32 [T, " + width + "]")
                .declare("scratch last f32 [R, " + width + "]")
                .declare("output logits f32 [R, " + VOCABULARY + "]");
        b.run("x = embed tokens table");
        if (line.contains("x2")) {
            b.run("x2 = embed tokens table2");
        }
        if (!line.isEmpty()) {
            b.declare("scratch y f32 [T, " + width + "]").run(line);
        }
        if (line.contains("sum")) {
            b.declare("state sum f32 [" + width + "]");
        }
        b.run("last = select " + value).run("logits = matmul last w _");
        return finish(name + " " + width, type, b, VOCABULARY, tokens, before, formula, "w", "");
    }

    static ConformanceCase finish(
            String name,
            String type,
            ConformanceCase.Builder b,
            int vocabulary,
            int tokens,
            int before,
            Formula formula,
            String w,
            String bias) {
        Program program = b.program();
        Weights weights = b.weights(program);
        int[] first = b.tokens(before, vocabulary);
        int[] second = b.tokens(tokens, vocabulary);
        int[] all =
                IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
        double[][] x = embed(all, ConformanceCase.rows(program, weights, "table"));
        double[][] y = formula.apply(x, all, program, weights);
        int rows = Math.min(tokens, 2);
        float[][] product = ConformanceCase.rows(program, weights, w);
        float[] offset = bias.isEmpty() ? new float[product.length] : ConformanceCase.rows(program, weights, bias)[0];
        double[] expected = new double[rows * product.length];
        for (int r = 0; r < rows; r++) {
            double[] from = y[all.length - rows + r];
            for (int o = 0; o < product.length; o++) {
                double sum = offset[o];
                for (int i = 0; i < from.length; i++) {
                    sum += from[i] * product[o][i];
                }
                expected[r * product.length + o] = sum;
            }
        }
        String full = "%s, %s, T = %d, position %d".formatted(name, type, tokens, before);
        return new ConformanceCase(full, program, weights, first, second, rows, expected);
    }

    static double[][] embed(int[] tokens, float[][] table) {
        double[][] x = new double[tokens.length][table[0].length];
        for (int t = 0; t < tokens.length; t++) {
            for (int i = 0; i < x[t].length; i++) {
                x[t][i] = table[tokens[t]][i];
            }
        }
        return x;
    }

    private static double[][] table(int[] tokens, Program program, Weights weights) {
        return embed(tokens, ConformanceCase.rows(program, weights, "table2"));
    }

    private static double[][] mean(double[][] x) {
        double[][] y = new double[x.length][x[0].length];
        for (int i = 0; i < x[0].length; i++) {
            double sum = 0;
            for (int t = 0; t < x.length; t++) {
                sum += x[t][i];
                y[t][i] = sum / (t + 1);
            }
        }
        return y;
    }

    static double[][] map(double[][] x, DoubleUnaryOperator f) {
        double[][] y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            y[t] = Arrays.stream(x[t]).map(f).toArray();
        }
        return y;
    }

    private static double[][] sum(double[][] a, double[][] b) {
        return combine(a, b, Double::sum);
    }

    private static double[][] product(double[][] a, double[][] b) {
        return combine(a, b, (u, v) -> u * v);
    }

    private static double[][] combine(double[][] a, double[][] b, DoubleBinaryOperator f) {
        double[][] y = new double[a.length][a[0].length];
        for (int t = 0; t < a.length; t++) {
            for (int i = 0; i < y[t].length; i++) {
                y[t][i] = f.applyAsDouble(a[t][i], b[t][i]);
            }
        }
        return y;
    }
}
