package org.pixelllm.pxvm.executor.simd;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.pxvm.executor.HostKernels;
import org.pixelllm.pxvm.executor.Rotation;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.product.Kernels;
import org.pixelllm.pxvm.executor.simd.product.Product;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.executor.simd.rows.VectorKernels;
import org.pixelllm.pxvm.executor.simd.scalar.ScalarKernels;
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

/** Makes the kernels of a program. They run one after another, so that they share what they need while they run. */
final class KernelMaker {

    private final Program program;
    private final Weights weights;
    private final Workers workers;
    private final Form form;
    private final ThreadOwn[] owns;
    private final Scratch[] scratches;
    private final Map<Integer, XRows> arranged = new HashMap<>();
    private final Map<Integer, ExpertsKernel.Batch[]> batches = new HashMap<>();
    private final Map<List<Integer>, Rotation> rotations = new HashMap<>();

    KernelMaker(Program program, Weights weights, Workers workers, Form form) {
        this.program = program;
        this.weights = weights;
        this.workers = workers;
        this.form = form;
        this.owns = new ThreadOwn[workers.count()];
        Arrays.setAll(owns, thread -> new ThreadOwn(form));
        this.scratches = new Scratch[workers.count()];
        Arrays.setAll(scratches, thread -> new Scratch());
    }

    /** One for each group of instructions; those of a group are products of one x. */
    Kernel[] kernels(List<List<Instruction>> groups) {
        return groups.stream().map(this::kernel).toArray(Kernel[]::new);
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
                yield frame -> HostKernels.select(frame, program, select);
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
                Rotation rotation = rotations.computeIfAbsent(rope.angles(), angles -> Rotation.of(rope, weights));
                yield frame -> HostKernels.rope(frame, program, rotation, rope);
            }
            case ATTENTION -> new AttentionKernel(program, Attention.of(in), workers, owns);
            case ROUTE -> new RouteKernel(program, Route.of(in), owns[0].arithmetic());
            case EXPERTS -> experts(Experts.of(in));
            case COMBINE -> new CombineKernel(program, Combine.of(in), owns[0].arithmetic());
        };
    }

    private Kernel experts(Experts in) {
        WeightTensor w = weights.get(in.w());
        ExpertProducts products =
                new ExpertProducts(w, in.n(), in.hasB() ? vector(in.b()) : null, in.result(), this::kernels);
        XRows.Arrangement arrangement = XRows.Arrangement.of(w.type());
        ExpertsKernel.Batch[] shared = batches.computeIfAbsent(
                arrangement.number(), number -> ExpertsKernel.batches(arrangement, form == Form.VECTOR));
        return new ExpertsKernel(program, in, products, shared, workers, scratches);
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
}
