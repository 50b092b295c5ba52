package org.pixelllm.pxvm.executor.reference;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.pixelllm.pxvm.executor.AttentionScores;
import org.pixelllm.pxvm.executor.ErrorFunction;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.HostKernels;
import org.pixelllm.pxvm.executor.HostMachine;
import org.pixelllm.pxvm.executor.HostState;
import org.pixelllm.pxvm.executor.Rotation;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** Each instruction as one short method; the meaning stands in the opcode table. */
final class ReferenceMachine extends HostMachine {

    /** Rows of x that are multiplied side by side: adding to one sum has to wait for the addition before it. */
    private static final int ABREAST = 128;

    /** Rows of weights that are multiplied by each value of x that was fetched. */
    private static final int ROWS = 4;

    private final Weights weights;
    private final Map<List<Integer>, Rotation> rotations = new HashMap<>();

    ReferenceMachine(Program program, Weights weights) {
        super(program, weights, singly(program));
        this.weights = weights;
    }

    private static List<List<Instruction>> singly(Program program) {
        return program.instructions().stream().map(List::of).toList();
    }

    @Override
    protected void run(Frame frame, int group) {
        Instruction instruction = program().instructions().get(group);
        switch (instruction.opcode()) {
            case EMBED -> HostKernels.embed(frame, weights, instruction);
            case MEAN -> HostKernels.mean(frame, instruction);
            case SELECT -> HostKernels.select(frame, program(), instruction);
            case MATMUL -> matmul(frame, instruction);
            case ADD -> add(frame, instruction);
            case MUL -> mul(frame, instruction);
            case RELU -> each(frame, instruction, x -> Math.max(x, 0));
            case SILU -> each(frame, instruction, x -> x / (1 + Math.exp(-x)));
            case GELU -> each(frame, instruction, x -> x / 2 * (1 + ErrorFunction.erf(x / Math.sqrt(2))));
            case GELU_TANH ->
                each(
                        frame,
                        instruction,
                        x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))));
            case SCALE -> each(frame, instruction, x -> instruction.real(0) * x);
            case SOFTCAP -> each(frame, instruction, x -> instruction.real(0) * Math.tanh(x / instruction.real(0)));
            case RMSNORM -> rmsnorm(frame, instruction);
            case LAYERNORM -> layernorm(frame, instruction);
            case POSITION -> HostKernels.position(frame, weights, instruction);
            case ROPE -> HostKernels.rope(frame, program(), rotation(instruction), instruction);
            case ATTENTION -> attention(frame, instruction);
        }
    }

    private void matmul(Frame frame, Instruction in) {
        float[] x = frame.values(in.operand(0)); // [n, i]
        WeightTensor w = weights.get(in.operand(1)); // [o, i]
        float[] b = in.has(2) ? weights.get(in.operand(2)).decode() : new float[w.rows()]; // [o]
        float[] y = frame.values(in.result()); // [n, o]
        int n = frame.rowsOf(in.result());
        if (n == 1) {
            product(x, w, b, y);
            return;
        }
        for (int from = 0; from < n; from += ABREAST) {
            products(x, from, Math.min(ABREAST, n - from), w, b, y);
        }
    }

    private static void product(float[] x, WeightTensor w, float[] b, float[] y) {
        float[] row = new float[w.columns()];
        for (int o = 0; o < w.rows(); o++) {
            w.decodeRow(o, row, 0);
            double sum = b[o];
            for (int i = 0; i < row.length; i++) {
                sum += (double) x[i] * row[i];
            }
            y[o] = (float) sum;
        }
    }

    /** Rows {@code from … from + count} of x: each sum adds in reading order, and all go forward together. */
    private static void products(float[] x, int from, int count, WeightTensor w, float[] b, float[] y) {
        double[][] columns = columns(x, from, count, w.columns()); // [i][count]
        double[][] sums = new double[ROWS][count];
        float[][] rows = new float[ROWS][w.columns()];
        for (int o = 0; o < w.rows(); o += ROWS) {
            int some = Math.min(ROWS, w.rows() - o);
            for (int k = 0; k < some; k++) {
                w.decodeRow(o + k, rows[k], 0);
                Arrays.fill(sums[k], b[o + k]);
            }
            for (int i = 0; i < columns.length; i++) {
                add(sums[0], rows[0][i], sums[1], rows[1][i], sums[2], rows[2][i], sums[3], rows[3][i], columns[i]);
            }
            for (int r = 0; r < count; r++) {
                for (int k = 0; k < some; k++) {
                    y[(from + r) * w.rows() + o + k] = (float) sums[k][r];
                }
            }
        }
    }

    private static double[][] columns(float[] x, int from, int count, int length) {
        double[][] columns = new double[length][count];
        for (int i = 0; i < length; i++) {
            for (int r = 0; r < count; r++) {
                columns[i][r] = x[(from + r) * length + i];
            }
        }
        return columns;
    }

    /** The just-in-time compiler makes vectors of this one by itself: all arrays are gone through with one index. */
    private static void add(
            double[] sums0,
            double weight0,
            double[] sums1,
            double weight1,
            double[] sums2,
            double weight2,
            double[] sums3,
            double weight3,
            double[] column) {
        for (int r = 0; r < column.length; r++) {
            double x = column[r];
            sums0[r] += weight0 * x;
            sums1[r] += weight1 * x;
            sums2[r] += weight2 * x;
            sums3[r] += weight3 * x;
        }
    }

    private static void add(Frame frame, Instruction in) {
        float[] a = frame.values(in.operand(0));
        float[] b = frame.values(in.operand(1));
        float[] y = frame.values(in.result());
        for (int i = 0; i < frame.lengthOf(in.result()); i++) {
            y[i] = a[i] + b[i];
        }
    }

    private static void mul(Frame frame, Instruction in) {
        float[] a = frame.values(in.operand(0));
        float[] b = frame.values(in.operand(1));
        float[] y = frame.values(in.result());
        for (int i = 0; i < frame.lengthOf(in.result()); i++) {
            y[i] = a[i] * b[i];
        }
    }

    private static void each(Frame frame, Instruction in, DoubleUnaryOperator f) {
        float[] x = frame.values(in.operand(0));
        float[] y = frame.values(in.result());
        for (int i = 0; i < frame.lengthOf(in.result()); i++) {
            y[i] = (float) f.applyAsDouble(x[i]);
        }
    }

    private void rmsnorm(Frame frame, Instruction in) {
        float[] x = frame.values(in.operand(0)); // [n, d]
        float[] gain = weights.get(in.operand(1)).decode(); // [g]
        float[] y = frame.values(in.result()); // [n, d]
        for (int from = 0; from < frame.lengthOf(in.result()); from += gain.length) {
            double squares = 0;
            for (int i = 0; i < gain.length; i++) {
                squares += (double) x[from + i] * x[from + i];
            }
            double factor = 1 / Math.sqrt(squares / gain.length + in.real(0));
            for (int i = 0; i < gain.length; i++) {
                y[from + i] = (float) (x[from + i] * factor * gain[i]);
            }
        }
    }

    private void layernorm(Frame frame, Instruction in) {
        float[] x = frame.values(in.operand(0)); // [n, d]
        float[] gain = weights.get(in.operand(1)).decode(); // [d]
        float[] bias = in.has(2) ? weights.get(in.operand(2)).decode() : new float[gain.length]; // [d]
        float[] y = frame.values(in.result()); // [n, d]
        for (int from = 0; from < frame.lengthOf(in.result()); from += gain.length) {
            double sum = 0;
            for (int i = 0; i < gain.length; i++) {
                sum += x[from + i];
            }
            double mean = sum / gain.length;
            double squares = 0;
            for (int i = 0; i < gain.length; i++) {
                squares += (x[from + i] - mean) * (x[from + i] - mean);
            }
            double factor = 1 / Math.sqrt(squares / gain.length + in.real(0));
            for (int i = 0; i < gain.length; i++) {
                y[from + i] = (float) ((x[from + i] - mean) * factor * gain[i] + bias[i]);
            }
        }
    }

    private Rotation rotation(Instruction in) {
        return rotations.computeIfAbsent(in.attributes(), attributes -> Rotation.of(in));
    }

    private void attention(Frame frame, Instruction in) {
        HostKernels.remember(frame, program(), in);
        float[] q = frame.values(in.operand(0)); // [T, heads · width]
        float[] y = frame.values(in.result()); // [T, heads · width]
        int heads = in.whole(0);
        int width = program().tensor(in.result()).columns() / heads;
        for (int t = 0; t < frame.tokens(); t++) {
            for (int head = 0; head < heads; head++) {
                int at = (t * heads + head) * width;
                attend(frame.sliceOf(t).state(), frame.positionOf(t), head, in, q, y, at, width);
            }
        }
    }

    /** One head at one position: looks back on itself and what came before. */
    private static void attend(
            HostState state, int position, int head, Instruction in, float[] q, float[] y, int at, int width) {
        float[] keys = state.tensor(in.operand(3)); // [context, kvHeads · width]
        float[] values = state.tensor(in.operand(4)); // [context, kvHeads · width]
        int kvHeads = in.whole(1);
        int column = head / (in.whole(0) / kvHeads) * width;
        int first = AttentionScores.first(in.whole(3), position);
        double[] scores = AttentionScores.exponentials(in, keys, position, head, q, at, width);
        double sum = 0;
        for (double each : scores) {
            sum += each;
        }
        for (int i = 0; i < width; i++) {
            double mixed = 0;
            for (int s = 0; s < scores.length; s++) {
                mixed += scores[s] * values[(first + s) * kvHeads * width + column + i];
            }
            y[at + i] = (float) (mixed / sum);
        }
    }
}
