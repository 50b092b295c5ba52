package org.pixelllm.pxvm.executor;

import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** Instructions that move values or sum them in a fixed order: every executor on the CPU runs them the same way. */
public final class HostKernels {

    private HostKernels() {}

    /** {@code y[t] = table[tokens[t]]} */
    public static void embed(Frame frame, Weights weights, Instruction in) {
        WeightTensor table = weights.get(in.operand(1)); // [vocabulary, d]
        float[] y = frame.values(in.result()); // [T, d]
        for (int t = 0; t < frame.tokens(); t++) {
            table.decodeRow(frame.ids()[t], y, t * table.columns());
        }
    }

    /** {@code y[t]} = the mean of x over the session so far. Each addition rounds to f32, as the state does. */
    public static void mean(Frame frame, Instruction in) {
        float[] x = frame.values(in.operand(0)); // [T, d]
        float[] y = frame.values(in.result()); // [T, d]
        for (Frame.Slice slice : frame.slices()) {
            float[] sum = slice.state().tensor(in.operand(1)); // [d]
            for (int t = 0; t < slice.count(); t++) {
                int seen = slice.state().position() + t + 1;
                int row = (slice.first() + t) * sum.length;
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += x[row + i];
                    y[row + i] = sum[i] / seen;
                }
            }
        }
    }

    /** y = the rows of x whose logits are asked for. */
    public static void select(Frame frame, Program program, Instruction in) {
        float[] x = frame.values(in.operand(0)); // [T, d]
        float[] y = frame.values(in.result()); // [R, d]
        int d = program.tensor(in.result()).columns();
        for (Frame.Slice slice : frame.slices()) {
            int firstAsked = slice.first() + slice.count() - slice.rows();
            System.arraycopy(x, firstAsked * d, y, slice.firstRow() * d, slice.rows() * d);
        }
    }
}
