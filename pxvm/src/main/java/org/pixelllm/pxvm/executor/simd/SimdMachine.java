package org.pixelllm.pxvm.executor.simd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.HostKernels;
import org.pixelllm.pxvm.executor.HostMachine;
import org.pixelllm.pxvm.executor.Rotation;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Weights;

/** A program as a list of kernels, chosen once. */
final class SimdMachine extends HostMachine {

    private final Weights weights;
    private final Workers workers;
    private final Scratch[] scratches;
    private final Map<List<Integer>, Rotation> rotations = new HashMap<>();
    private final Kernel[] kernels;

    SimdMachine(Program program, Weights weights, Workers workers) {
        this(program, weights, workers, grouped(program.instructions()));
    }

    private SimdMachine(Program program, Weights weights, Workers workers, List<List<Instruction>> groups) {
        super(program, weights, groups);
        this.weights = weights;
        this.workers = workers;
        this.scratches = new Scratch[workers.count()];
        int widest = Lanes.padded(widest(program, weights));
        for (int i = 0; i < scratches.length; i++) {
            scratches[i] = new Scratch(widest);
        }
        this.kernels = groups.stream().map(this::kernel).toArray(Kernel[]::new);
    }

    private static int widest(Program program, Weights weights) {
        int widest = 0;
        for (Instruction in : program.instructions()) {
            widest = switch (in.opcode()) {
                case MATMUL, EMBED ->
                    Math.max(widest, weights.get(in.operand(1)).columns());
                case POSITION -> Math.max(widest, weights.get(in.operand(0)).columns());
                default -> widest;
            };
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
            List<Instruction> group = in.opcode() == Opcode.MATMUL ? products.get(in.operand(0)) : null;
            if (group == null) {
                group = new ArrayList<>();
                groups.add(group);
                if (in.opcode() == Opcode.MATMUL) {
                    products.put(in.operand(0), group);
                }
            }
            group.add(in);
        }
        return groups;
    }

    private Kernel kernel(List<Instruction> group) {
        Instruction in = group.getFirst();
        return switch (in.opcode()) {
            case EMBED -> new LookupKernel(rows(in, 1), in.result(), false, scratches[0]);
            case MEAN -> frame -> HostKernels.mean(frame, in);
            case SELECT -> frame -> HostKernels.select(frame, program(), in);
            case MATMUL -> {
                Product[] products = group.stream().map(this::product).toArray(Product[]::new);
                yield new MatmulKernel(in.operand(0), products, workers, scratches);
            }
            case ADD -> new AddKernel(in);
            case MUL -> new MulKernel(in);
            case RELU -> new ReluKernel(in);
            case SILU -> new SiluKernel(in);
            case GELU -> EachKernel.gelu(in);
            case GELU_TANH -> EachKernel.geluTanh(in);
            case SCALE -> EachKernel.scale(in);
            case SOFTCAP -> EachKernel.softcap(in);
            case RMSNORM -> new RmsNormKernel(in, weights.get(in.operand(1)).decode(), scratches[0]);
            case LAYERNORM -> {
                float[] gain = weights.get(in.operand(1)).decode();
                float[] bias = vector(in, 2);
                yield new LayerNormKernel(in, gain, bias == null ? new float[gain.length] : bias, scratches[0]);
            }
            case POSITION -> new LookupKernel(rows(in, 0), in.result(), true, scratches[0]);
            case ROPE -> {
                // Layers turn by the same angles: one table of them serves all.
                Rotation rotation = rotations.computeIfAbsent(in.attributes(), attributes -> Rotation.of(in));
                yield frame -> HostKernels.rope(frame, program(), rotation, in);
            }
            case ATTENTION -> new AttentionKernel(program(), in, workers, scratches);
        };
    }

    private Product product(Instruction in) {
        return new Product(rows(in, 1), vector(in, 2), in.result());
    }

    private WeightRows rows(Instruction in, int operand) {
        return WeightRows.of(weights.get(in.operand(operand)));
    }

    /** An optional vector, or null where it is left out. */
    private float @Nullable [] vector(Instruction in, int operand) {
        return in.has(operand) ? weights.get(in.operand(operand)).decode() : null;
    }

    @Override
    protected void run(Frame frame, int group) {
        kernels[group].run(frame);
    }
}
