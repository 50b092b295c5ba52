package org.pixelllm.pxvm.executor.simd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.HostKernels;
import org.pixelllm.pxvm.executor.HostMachine;
import org.pixelllm.pxvm.executor.Rotation;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.product.Kernels;
import org.pixelllm.pxvm.executor.simd.product.Product;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.executor.simd.rows.VectorKernels;
import org.pixelllm.pxvm.executor.simd.scalar.ScalarKernels;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operand;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Operation.Binary;
import org.pixelllm.pxvm.program.Operation.Embed;
import org.pixelllm.pxvm.program.Operation.LayerNorm;
import org.pixelllm.pxvm.program.Operation.Matmul;
import org.pixelllm.pxvm.program.Operation.Mean;
import org.pixelllm.pxvm.program.Operation.Position;
import org.pixelllm.pxvm.program.Operation.RmsNorm;
import org.pixelllm.pxvm.program.Operation.Rope;
import org.pixelllm.pxvm.program.Operation.Scale;
import org.pixelllm.pxvm.program.Operation.Softcap;
import org.pixelllm.pxvm.program.Operation.Unary;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** A program as a list of kernels, chosen once. */
final class SimdMachine extends HostMachine {

    private final Weights weights;
    private final Workers workers;
    private final ThreadOwn[] owns;
    private final Scratch[] scratches;
    private final Form form;
    private final int widest; // columns of the widest matrix
    private final Map<Integer, XRows> arranged = new HashMap<>();
    private final Map<List<Integer>, Rotation> rotations = new HashMap<>();
    private final Kernel[] kernels;

    SimdMachine(Program program, Weights weights, Workers workers, Form form) {
        this(program, weights, workers, form, grouped(program.instructions()));
    }

    private SimdMachine(Program program, Weights weights, Workers workers, Form form, List<List<Instruction>> groups) {
        super(program, weights, groups);
        this.weights = weights;
        this.workers = workers;
        this.form = form;
        this.owns = new ThreadOwn[workers.count()];
        Arrays.setAll(owns, thread -> new ThreadOwn(SimdExecutor.arithmetic(form)));
        this.scratches = new Scratch[workers.count()];
        this.widest = widest(program);
        Arrays.setAll(scratches, thread -> new Scratch());
        this.kernels = groups.stream().map(this::kernel).toArray(Kernel[]::new);
    }

    /** Products may take their x filled up, paired and packed, in two arrangements where their weights are of several types. */
    @Override
    protected long workspace(int tokens) {
        return tokens == 1 ? 0 : 6L * Float.BYTES * tokens * XRows.most(widest);
    }

    private static int widest(Program program) {
        int widest = 0;
        for (Instruction in : program.instructions()) {
            widest = Math.max(widest, widest(program, in.operands(Operand.Kind.TABLE)));
            widest = Math.max(widest, widest(program, in.operands(Operand.Kind.WEIGHT)));
        }
        return widest;
    }

    /** Columns of the widest matrix; vectors are not read row by row. */
    private static int widest(Program program, List<Integer> weights) {
        int widest = 0;
        for (int id : weights) {
            Tensor tensor = program.tensor(id);
            widest = tensor.shape().size() > 1 ? Math.max(widest, tensor.columns()) : widest;
        }
        return widest;
    }

    /**
     * The instructions in an order in which products of one x stand together: they need nothing but x and weights, so that
     * each may move up to the first of them.
     */
    private static List<List<Instruction>> grouped(List<Instruction> instructions) {
        List<List<Instruction>> groups = new ArrayList<>();
        Map<Integer, List<Instruction>> products = new HashMap<>(); // by x
        for (Instruction in : instructions) {
            if (in.opcode() != Opcode.MATMUL) {
                groups.add(List.of(in));
                continue;
            }
            int x = Matmul.of(in).x();
            List<Instruction> group = products.get(x);
            if (group == null) {
                group = new ArrayList<>();
                groups.add(group);
                products.put(x, group);
            }
            group.add(in);
        }
        return groups;
    }

    private Kernel kernel(List<Instruction> group) {
        Instruction in = group.getFirst();
        return switch (in.opcode()) {
            case EMBED -> new LookupKernel(weights.get(Embed.of(in).table()), in.result(), false);
            case MEAN -> {
                Mean mean = Mean.of(in);
                yield frame -> HostKernels.mean(frame, mean);
            }
            case SELECT -> {
                Unary select = Unary.of(in);
                yield frame -> HostKernels.select(frame, program(), select);
            }
            case MATMUL -> {
                Product[] products = group.stream().map(this::product).toArray(Product[]::new);
                XRows[] rows = Arrays.stream(products).map(this::rows).toArray(XRows[]::new);
                yield new MatmulKernel(Matmul.of(in).x(), products, rows, workers, scratches);
            }
            case ADD -> new AddKernel(Binary.of(in));
            case MUL -> new MulKernel(Binary.of(in));
            case RELU -> EachKernel.relu(Unary.of(in));
            case SILU -> EachKernel.silu(Unary.of(in), owns[0].arithmetic());
            case GELU -> EachKernel.gelu(Unary.of(in));
            case GELU_TANH -> EachKernel.geluTanh(Unary.of(in), owns[0].arithmetic());
            case SCALE -> EachKernel.scale(Scale.of(in));
            case SOFTCAP -> EachKernel.softcap(Softcap.of(in), owns[0].arithmetic());
            case RMSNORM -> {
                RmsNorm norm = RmsNorm.of(in);
                yield new RmsNormKernel(norm, vector(norm.gain()), owns[0].arithmetic());
            }
            case LAYERNORM -> {
                LayerNorm norm = LayerNorm.of(in);
                float[] gain = vector(norm.gain());
                float[] bias = norm.hasBias() ? vector(norm.bias()) : new float[gain.length];
                yield new LayerNormKernel(norm, gain, bias, owns[0].arithmetic());
            }
            case POSITION -> new LookupKernel(weights.get(Position.of(in).table()), in.result(), true);
            case ROPE -> {
                Rope rope = Rope.of(in);
                // Layers turn by the same angles: one table of them serves all.
                Rotation rotation = rotations.computeIfAbsent(in.attributes(), attributes -> Rotation.of(rope));
                yield frame -> HostKernels.rope(frame, program(), rotation, rope);
            }
            case ATTENTION -> new AttentionKernel(program(), Attention.of(in), workers, owns);
        };
    }

    private Product product(Instruction instruction) {
        Matmul in = Matmul.of(instruction);
        WeightTensor w = weights.get(in.w());
        return new Product(w, kernels(w), in.hasB() ? vector(in.b()) : null, in.result());
    }

    private Kernels kernels(WeightTensor w) {
        return switch (form) {
            case SCALAR -> ScalarKernels.of(w);
            case VECTOR -> VectorKernels.of(w);
        };
    }

    /** Kernels run one after another, so that all share what they read. */
    private XRows rows(Product product) {
        XRows.Arrangement arrangement = XRows.Arrangement.of(product.w().type());
        XRows rows = arranged.get(arrangement.number());
        if (rows == null) {
            rows = new XRows(arrangement, form == Form.VECTOR);
            arranged.put(arrangement.number(), rows);
        }
        return rows;
    }

    private float[] vector(int weight) {
        return weights.get(weight).decode();
    }

    @Override
    protected void run(Frame frame, int group) {
        kernels[group].run(frame);
    }
}
