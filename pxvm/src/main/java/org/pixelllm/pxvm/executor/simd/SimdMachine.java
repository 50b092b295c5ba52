package org.pixelllm.pxvm.executor.simd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.HostMachine;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operand;
import org.pixelllm.pxvm.program.Operation.Experts;
import org.pixelllm.pxvm.program.Operation.Matmul;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.Groups;
import org.pixelllm.pxvm.weights.Weights;

/** A program as a list of kernels in one form, which is exchanged for another between two steps at most once. */
final class SimdMachine extends HostMachine {

    private final Weights weights;
    private final Workers workers;
    private final List<List<Instruction>> groups;
    private final int widest; // columns of the widest matrix
    private final long expertsWorkspace; // floats for each token
    private Kernel[] kernels;
    private @Nullable WarmUp warmUp;

    SimdMachine(Program program, Weights weights, Workers workers, Form form) {
        this(program, weights, workers, form, grouped(program.instructions()));
    }

    private SimdMachine(Program program, Weights weights, Workers workers, Form form, List<List<Instruction>> groups) {
        super(program, weights, groups);
        this.weights = weights;
        this.workers = workers;
        this.groups = groups;
        this.widest = widest(program);
        this.expertsWorkspace = expertsWorkspace(program);
        this.kernels = kernels(form);
    }

    /** One that goes over to vectors when these are warm. */
    static SimdMachine warming(Program program, Weights weights, Workers workers) {
        return warming(program, weights, workers, WarmUp.of(weights));
    }

    /** One that goes over to vectors when this is done. */
    static SimdMachine warming(Program program, Weights weights, Workers workers, WarmUp warmUp) {
        // Asked once: it may be done between two questions.
        boolean warm = warmUp.isDone();
        SimdMachine machine = new SimdMachine(program, weights, workers, warm ? Form.VECTOR : Form.SCALAR);
        machine.warmUp = warm ? null : warmUp;
        return machine;
    }

    private Kernel[] kernels(Form form) {
        return new KernelMaker(program(), weights, workers, form).kernels(groups);
    }

    /** Products may take their x filled up, paired and packed, in two arrangements where their weights are of several types. */
    @Override
    protected long workspace(int tokens) {
        return tokens == 1 ? 0 : (long) Float.BYTES * tokens * (6 * XRows.most(widest) + expertsWorkspace);
    }

    /** Floats that a row takes which goes to an expert: itself, as its kernels read it, and what it becomes. */
    private static long expertsWorkspace(Program program) {
        long most = 0;
        for (Instruction in : program.instructions()) {
            if (in.opcode() == Opcode.EXPERTS) {
                Experts experts = Experts.of(in);
                Tensor w = program.tensor(experts.w());
                long outputs = w.rows() / experts.n() + 2L * Groups.MATRIX;
                most = Math.max(most, w.columns() + 3 * XRows.most(w.columns()) + outputs);
            }
        }
        return most;
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

    @Override
    protected void run(Frame frame, int group) {
        WarmUp waitedFor = warmUp;
        if (group == 0 && waitedFor != null && waitedFor.isDone()) {
            kernels = kernels(Form.VECTOR);
            warmUp = null;
        }
        kernels[group].run(frame);
    }

    @Override
    public void close() {
        super.close();
        WarmUp waitedFor = warmUp;
        if (waitedFor != null) {
            waitedFor.close();
        }
    }
}
