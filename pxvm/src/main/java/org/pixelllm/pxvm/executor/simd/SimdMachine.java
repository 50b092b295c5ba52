package org.pixelllm.pxvm.executor.simd;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.HostKernels;
import org.pixelllm.pxvm.executor.HostMachine;
import org.pixelllm.pxvm.executor.Rotation;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** A program as a list of kernels, chosen once. */
final class SimdMachine extends HostMachine {

    private final Kernel[] kernels;

    SimdMachine(Program program, Weights weights, Workers workers) {
        super(program, weights);
        List<Instruction> instructions = program.instructions();
        // Layers turn by the same angles: one table of them serves all.
        Map<List<Integer>, Rotation> rotations = new HashMap<>();
        kernels = new Kernel[instructions.size()];
        for (int i = 0; i < kernels.length; i++) {
            kernels[i] = kernel(program, weights, workers, rotations, instructions.get(i));
        }
    }

    private static Kernel kernel(
            Program program, Weights weights, Workers workers, Map<List<Integer>, Rotation> rotations, Instruction in) {
        return switch (in.opcode()) {
            case EMBED -> frame -> HostKernels.embed(frame, weights, in);
            case MEAN -> frame -> HostKernels.mean(frame, in);
            case SELECT -> frame -> HostKernels.select(frame, program, in);
            case MATMUL -> matmul(weights, workers, in);
            case ADD -> new AddKernel(in);
            case MUL -> new MulKernel(in);
            case RELU -> new ReluKernel(in);
            case SILU -> new SiluKernel(in);
            case GELU -> EachKernel.gelu(in);
            case GELU_TANH -> EachKernel.geluTanh(in);
            case SCALE -> EachKernel.scale(in);
            case SOFTCAP -> EachKernel.softcap(in);
            case RMSNORM -> new RmsNormKernel(in, weights.get(in.operand(1)).decode());
            case LAYERNORM -> {
                float[] gain = weights.get(in.operand(1)).decode();
                yield new LayerNormKernel(in, gain, vector(weights, in, 2, gain.length));
            }
            case POSITION -> frame -> HostKernels.position(frame, weights, in);
            case ROPE -> {
                Rotation rotation = rotations.computeIfAbsent(in.attributes(), attributes -> Rotation.of(in));
                yield frame -> HostKernels.rope(frame, program, rotation, in);
            }
            case ATTENTION -> new AttentionKernel(program, in, workers);
        };
    }

    private static Kernel matmul(Weights weights, Workers workers, Instruction in) {
        WeightTensor w = weights.get(in.operand(1));
        float[] bias = vector(weights, in, 2, w.rows());
        if (!w.hasWholeRows()) {
            return new MatmulDecoded(in, w, bias, workers);
        }
        return switch (w.type()) {
            case F32 -> new MatmulF32(in, w, bias, workers);
            case U8 -> new MatmulU8(in, w, bias, workers);
            case F16, BF16, Q8, Q4 -> new MatmulDecoded(in, w, bias, workers);
            case IDS -> throw new IllegalStateException("token ids are no weight");
        };
    }

    /** An optional vector; zeros where it is left out. */
    private static float[] vector(Weights weights, Instruction in, int operand, int length) {
        return in.has(operand) ? weights.get(in.operand(operand)).decode() : new float[length];
    }

    @Override
    protected void run(Frame frame) {
        for (Kernel kernel : kernels) {
            kernel.run(frame);
        }
    }
}
