package org.pixelllm.pxvm.executor.reference;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import org.pixelllm.pxvm.executor.AttentionScores;
import org.pixelllm.pxvm.executor.ErrorFunction;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.HostKernels;
import org.pixelllm.pxvm.executor.HostMachine;
import org.pixelllm.pxvm.executor.Rotation;
import org.pixelllm.pxvm.executor.memory.Mover;
import org.pixelllm.pxvm.executor.memory.Positions;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Operation.Binary;
import org.pixelllm.pxvm.program.Operation.Combine;
import org.pixelllm.pxvm.program.Operation.Embed;
import org.pixelllm.pxvm.program.Operation.Experts;
import org.pixelllm.pxvm.program.Operation.LayerNorm;
import org.pixelllm.pxvm.program.Operation.Matmul;
import org.pixelllm.pxvm.program.Operation.Mean;
import org.pixelllm.pxvm.program.Operation.Position;
import org.pixelllm.pxvm.program.Operation.RmsNorm;
import org.pixelllm.pxvm.program.Operation.Rope;
import org.pixelllm.pxvm.program.Operation.Route;
import org.pixelllm.pxvm.program.Operation.Scale;
import org.pixelllm.pxvm.program.Operation.Softcap;
import org.pixelllm.pxvm.program.Operation.Unary;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** Each instruction as one short method; the opcode table says what it means. */
final class ReferenceMachine extends HostMachine {

    /** Rows of x that are multiplied side by side: adding to one sum has to wait for the addition before it. */
    private static final int ABREAST = 128;

    /** Rows of weights that are multiplied by each value of x that was fetched; they divide a group. */
    private static final int ROWS = 4;

    private final Weights weights;
    private final Map<List<Integer>, Rotation> rotations = new HashMap<>();
    private final List<Consumer<Frame>> kernels; // by instruction

    ReferenceMachine(Program program, Weights weights) {
        super(program, weights, singly(program));
        this.weights = weights;
        this.kernels = program.instructions().stream().map(this::kernel).toList();
    }

    private static List<List<Instruction>> singly(Program program) {
        return program.instructions().stream().map(List::of).toList();
    }

    @Override
    protected void run(Frame frame, int group) {
        kernels.get(group).accept(frame);
    }

    private Consumer<Frame> kernel(Instruction in) {
        return switch (in.opcode()) {
            case EMBED -> frame -> HostKernels.embed(frame, weights, Embed.of(in));
            case MEAN -> frame -> HostKernels.mean(frame, Mean.of(in));
            case SELECT -> frame -> HostKernels.select(frame, program(), Unary.of(in));
            case MATMUL -> frame -> matmul(frame, Matmul.of(in));
            case ADD -> frame -> add(frame, Binary.of(in));
            case MUL -> frame -> mul(frame, Binary.of(in));
            case RELU -> each(Unary.of(in), x -> Math.max(x, 0));
            case SILU -> each(Unary.of(in), x -> x / (1 + StrictMath.exp(-x)));
            case GELU -> each(Unary.of(in), x -> x / 2 * (1 + ErrorFunction.erf(x / Math.sqrt(2))));
            case GELU_TANH ->
                each(
                        Unary.of(in),
                        x -> x / 2 * (1 + StrictMath.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))));
            case SCALE -> scale(Scale.of(in));
            case SOFTCAP -> softcap(Softcap.of(in));
            case RMSNORM -> frame -> rmsnorm(frame, RmsNorm.of(in));
            case LAYERNORM -> frame -> layernorm(frame, LayerNorm.of(in));
            case POSITION -> frame -> HostKernels.position(frame, weights, Position.of(in));
            case ROPE -> {
                Rope rope = Rope.of(in);
                Rotation rotation = rotations.computeIfAbsent(rope.angles(), angles -> Rotation.of(rope, weights));
                yield frame -> HostKernels.rope(frame, program(), rotation, rope);
            }
            case ATTENTION -> frame -> attention(frame, Attention.of(in));
            case ROUTE -> frame -> ReferenceExperts.route(frame, program(), Route.of(in));
            case EXPERTS -> {
                ReferenceExperts experts = new ReferenceExperts(program(), Experts.of(in), weights);
                yield experts::run;
            }
            case COMBINE -> frame -> ReferenceExperts.combine(frame, program(), Combine.of(in));
        };
    }

    private void matmul(Frame frame, Matmul in) {
        float[] x = frame.values(in.x()); // [n, i]
        WeightTensor w = weights.get(in.w()); // [o, i]
        float[] b = in.hasB() ? weights.get(in.b()).decode() : new float[w.rows()]; // [o]
        float[] y = frame.values(in.result()); // [n, o]
        products(x, frame.rowsOf(in.result()), w, b, y);
    }

    /** y = x · wᵀ + b, each output summed from its bias on in reading order, whatever is computed beside it. */
    static void products(float[] x, int n, WeightTensor w, float[] b, float[] y) {
        if (n == 1) {
            product(x, w, b, y);
            return;
        }
        for (int from = 0; from < n; from += ABREAST) {
            products(x, from, Math.min(ABREAST, n - from), w, b, y);
        }
    }

    private static void product(float[] x, WeightTensor w, float[] b, float[] y) {
        int columns = w.columns();
        float[] rows = new float[w.lines() * columns];
        for (int o = 0; o < w.rows(); o++) {
            int from = o % w.lines() * columns;
            if (from == 0) {
                w.decodeGroup(o / w.lines(), rows, 0);
            }
            double sum = b[o];
            for (int i = 0; i < columns; i++) {
                sum += (double) x[i] * rows[from + i];
            }
            y[o] = (float) sum;
        }
    }

    /** Rows {@code from … from + count} of x: each sum adds in reading order, and all go forward together. */
    private static void products(float[] x, int from, int count, WeightTensor w, float[] b, float[] y) {
        double[][] columns = columns(x, from, count, w.columns()); // [i][count]
        double[][] sums = new double[ROWS][count];
        int length = w.columns();
        float[] rows = new float[w.lines() * length];
        for (int o = 0; o < w.rows(); o += ROWS) {
            int line = o % w.lines();
            if (line == 0) {
                w.decodeGroup(o / w.lines(), rows, 0);
            }
            int some = Math.min(ROWS, w.rows() - o);
            for (int k = 0; k < some; k++) {
                Arrays.fill(sums[k], b[o + k]);
            }
            int first = line * length;
            int second = first + length;
            int third = second + length;
            int fourth = third + length;
            for (int i = 0; i < length; i++) {
                add(
                        sums[0],
                        rows[first + i],
                        sums[1],
                        rows[second + i],
                        sums[2],
                        rows[third + i],
                        sums[3],
                        rows[fourth + i],
                        columns[i]);
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

    private static void add(Frame frame, Binary in) {
        float[] a = frame.values(in.a());
        float[] b = frame.values(in.b());
        float[] y = frame.values(in.result());
        for (int i = 0; i < frame.lengthOf(in.result()); i++) {
            y[i] = a[i] + b[i];
        }
    }

    private static void mul(Frame frame, Binary in) {
        float[] a = frame.values(in.a());
        float[] b = frame.values(in.b());
        float[] y = frame.values(in.result());
        for (int i = 0; i < frame.lengthOf(in.result()); i++) {
            y[i] = a[i] * b[i];
        }
    }

    private static Consumer<Frame> each(Unary in, DoubleUnaryOperator f) {
        return frame -> each(frame, in.x(), in.result(), f);
    }

    private static Consumer<Frame> scale(Scale in) {
        return frame -> each(frame, in.x(), in.result(), x -> in.factor() * x);
    }

    private static Consumer<Frame> softcap(Softcap in) {
        return frame -> each(frame, in.x(), in.result(), x -> in.cap() * StrictMath.tanh(x / in.cap()));
    }

    private static void each(Frame frame, int from, int to, DoubleUnaryOperator f) {
        float[] x = frame.values(from);
        float[] y = frame.values(to);
        for (int i = 0; i < frame.lengthOf(to); i++) {
            y[i] = (float) f.applyAsDouble(x[i]);
        }
    }

    private void rmsnorm(Frame frame, RmsNorm in) {
        float[] x = frame.values(in.x()); // [n, d]
        float[] gain = weights.get(in.gain()).decode(); // [g]
        float[] y = frame.values(in.result()); // [n, d]
        for (int from = 0; from < frame.lengthOf(in.result()); from += gain.length) {
            double squares = 0;
            for (int i = 0; i < gain.length; i++) {
                squares += (double) x[from + i] * x[from + i];
            }
            double factor = 1 / Math.sqrt(squares / gain.length + in.epsilon());
            for (int i = 0; i < gain.length; i++) {
                y[from + i] = (float) (x[from + i] * factor * gain[i]);
            }
        }
    }

    private void layernorm(Frame frame, LayerNorm in) {
        float[] x = frame.values(in.x()); // [n, d]
        float[] gain = weights.get(in.gain()).decode(); // [d]
        float[] bias = in.hasBias() ? weights.get(in.bias()).decode() : new float[gain.length]; // [d]
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
            double factor = 1 / Math.sqrt(squares / gain.length + in.epsilon());
            for (int i = 0; i < gain.length; i++) {
                y[from + i] = (float) ((x[from + i] - mean) * factor * gain[i] + bias[i]);
            }
        }
    }

    private void attention(Frame frame, Attention in) {
        HostKernels.remember(frame, program(), in);
        float[] q = frame.values(in.q()); // [T, heads · width]
        float[] y = frame.values(in.result()); // [T, heads · width]
        int heads = in.heads();
        int width = program().tensor(in.result()).columns() / heads;
        int share = heads / in.kvHeads();
        for (int i = 0; i < frame.slices(); i++) {
            Frame.Slice slice = frame.slice(i);
            Positions positions = slice.state().positions();
            int filled = slice.state().position() + slice.count();
            for (int kvHead = 0; kvHead < in.kvHeads(); kvHead++) {
                Mover mover = frame.mover();
                float[] keys = mover.all(positions, in.keys(), true, filled, kvHead * width, width); // [filled, width]
                float[] values = mover.all(positions, in.values(), false, filled, kvHead * width, width);
                for (int t = slice.first(); t < slice.first() + slice.count(); t++) {
                    for (int head = kvHead * share; head < (kvHead + 1) * share; head++) {
                        attend(in, keys, values, frame.positionOf(t), q, y, (t * heads + head) * width, width);
                    }
                }
            }
        }
    }

    /** One head at one position: looks back on itself and what came before. */
    private static void attend(
            Attention in, float[] keys, float[] values, int position, float[] q, float[] y, int at, int width) {
        int first = AttentionScores.first(in.window(), position);
        AttentionScores.Keys rows = new AttentionScores.Keys(keys, width, 0);
        double[] scores = AttentionScores.exponentials(in, rows, position, q, at, width);
        double sum = 0;
        for (double each : scores) {
            sum += each;
        }
        for (int i = 0; i < width; i++) {
            double mixed = 0;
            for (int s = 0; s < scores.length; s++) {
                mixed += scores[s] * values[(first + s) * width + i];
            }
            y[at + i] = (float) (mixed / sum);
        }
    }
}
