package org.pixelllm.pxvm.executor.reference;

import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.HostKernels;
import org.pixelllm.pxvm.executor.HostMachine;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** Each instruction as one short method; the meaning stands in the opcode table. */
final class ReferenceMachine extends HostMachine {

    private final Weights weights;

    ReferenceMachine(Program program, Weights weights) {
        super(program, weights);
        this.weights = weights;
    }

    @Override
    protected void run(Frame frame) {
        for (Instruction instruction : program().instructions()) {
            switch (instruction.opcode()) {
                case EMBED -> HostKernels.embed(frame, weights, instruction);
                case MEAN -> HostKernels.mean(frame, instruction);
                case SELECT -> HostKernels.select(frame, program(), instruction);
                case MATMUL -> matmul(frame, instruction);
                case ADD -> add(frame, instruction);
                case MUL -> mul(frame, instruction);
                case RELU -> relu(frame, instruction);
            }
        }
    }

    private void matmul(Frame frame, Instruction in) {
        float[] x = frame.values(in.operand(0)); // [n, i]
        WeightTensor w = weights.get(in.operand(1)); // [o, i]
        float[] b = in.has(2) ? weights.get(in.operand(2)).decode() : new float[w.rows()]; // [o]
        float[] y = frame.values(in.result()); // [n, o]
        int n = frame.rowsOf(in.result());
        float[] row = new float[w.columns()];
        for (int o = 0; o < w.rows() && n > 0; o++) {
            w.decodeRow(o, row, 0);
            for (int r = 0; r < n; r++) {
                double sum = b[o];
                for (int i = 0; i < row.length; i++) {
                    sum += (double) x[r * row.length + i] * row[i];
                }
                y[r * w.rows() + o] = (float) sum;
            }
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

    private static void relu(Frame frame, Instruction in) {
        float[] x = frame.values(in.operand(0));
        float[] y = frame.values(in.result());
        for (int i = 0; i < frame.lengthOf(in.result()); i++) {
            y[i] = Math.max(x[i], 0);
        }
    }
}
