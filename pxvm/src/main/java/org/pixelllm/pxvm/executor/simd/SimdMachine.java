package org.pixelllm.pxvm.executor.simd;

import java.util.List;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.HostKernels;
import org.pixelllm.pxvm.executor.HostMachine;
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
        kernels = new Kernel[instructions.size()];
        for (int i = 0; i < kernels.length; i++) {
            kernels[i] = kernel(program, weights, workers, instructions.get(i));
        }
    }

    private static Kernel kernel(Program program, Weights weights, Workers workers, Instruction in) {
        return switch (in.opcode()) {
            case EMBED -> frame -> HostKernels.embed(frame, weights, in);
            case MEAN -> frame -> HostKernels.mean(frame, in);
            case SELECT -> frame -> HostKernels.select(frame, program, in);
            case MATMUL -> matmul(weights, workers, in);
            case ADD -> new AddKernel(in);
            case MUL -> new MulKernel(in);
            case RELU -> new ReluKernel(in);
        };
    }

    private static Kernel matmul(Weights weights, Workers workers, Instruction in) {
        WeightTensor w = weights.get(in.operand(1));
        float[] bias = in.has(2) ? weights.get(in.operand(2)).decode() : new float[w.rows()];
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

    @Override
    protected void run(Frame frame) {
        for (Kernel kernel : kernels) {
            kernel.run(frame);
        }
    }
}
