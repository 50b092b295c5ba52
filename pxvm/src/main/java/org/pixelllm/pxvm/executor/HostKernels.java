package org.pixelllm.pxvm.executor;

import org.pixelllm.pxvm.executor.memory.Positions;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Operation.Embed;
import org.pixelllm.pxvm.program.Operation.Mean;
import org.pixelllm.pxvm.program.Operation.Position;
import org.pixelllm.pxvm.program.Operation.Rope;
import org.pixelllm.pxvm.program.Operation.Unary;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** Instructions that move values or sum them in a fixed order: every executor on the CPU runs them the same way. */
public final class HostKernels {

    private HostKernels() {}

    /** {@code y[t] = table[tokens[t]]} */
    public static void embed(Frame frame, Weights weights, Embed in) {
        WeightTensor table = weights.get(in.table()); // [vocabulary, d]
        float[] y = frame.values(in.result()); // [T, d]
        for (int t = 0; t < frame.tokens(); t++) {
            table.decodeRow(frame.ids()[t], y, t * table.columns());
        }
    }

    /** {@code y[t]} = the mean of x over the session so far. Each addition rounds to f32, as the state does. */
    public static void mean(Frame frame, Mean in) {
        float[] x = frame.values(in.x()); // [T, d]
        float[] y = frame.values(in.result()); // [T, d]
        for (int i = 0; i < frame.slices(); i++) {
            Frame.Slice slice = frame.slice(i);
            float[] sum = slice.state().tensor(in.sum()); // [d]
            for (int t = 0; t < slice.count(); t++) {
                int seen = slice.state().position() + t + 1;
                int row = (slice.first() + t) * sum.length;
                for (int j = 0; j < sum.length; j++) {
                    sum[j] += x[row + j];
                    y[row + j] = sum[j] / seen;
                }
            }
        }
    }

    /** {@code y[t] = table[position of t]} */
    public static void position(Frame frame, Weights weights, Position in) {
        WeightTensor table = weights.get(in.table()); // [context, d]
        float[] y = frame.values(in.result()); // [T, d]
        for (int t = 0; t < frame.tokens(); t++) {
            table.decodeRow(frame.positionOf(t), y, t * table.columns());
        }
    }

    /** Turns each row by its position. */
    public static void rope(Frame frame, Program program, Rotation rotation, Rope in) {
        float[] x = frame.values(in.x()); // [T, d]
        float[] y = frame.values(in.result()); // [T, d]
        int d = program.tensor(in.result()).columns();
        for (int t = 0; t < frame.tokens(); t++) {
            rotation.turn(frame.positionOf(t), x, y, t * d, d, 1);
        }
    }

    /** Appends this step's keys and values to those of earlier steps. */
    public static void remember(Frame frame, Program program, Attention in) {
        int d = program.tensor(in.k()).columns();
        float[] k = frame.values(in.k()); // [T, m]
        float[] v = frame.values(in.v()); // [T, m]
        for (int i = 0; i < frame.slices(); i++) {
            Frame.Slice slice = frame.slice(i);
            Positions to = slice.state().positions();
            int position = slice.state().position();
            int from = slice.first() * d;
            frame.mover().write(to, in.keys(), position, slice.count(), k, from);
            frame.mover().write(to, in.values(), position, slice.count(), v, from);
        }
    }

    /** y = the rows of x whose logits are asked for. */
    public static void select(Frame frame, Program program, Unary in) {
        float[] x = frame.values(in.x()); // [T, d]
        float[] y = frame.values(in.result()); // [R, d]
        int d = program.tensor(in.result()).columns();
        for (int i = 0; i < frame.slices(); i++) {
            Frame.Slice slice = frame.slice(i);
            int firstAsked = slice.first() + slice.count() - slice.rows();
            System.arraycopy(x, firstAsked * d, y, slice.firstRow() * d, slice.rows() * d);
        }
    }
}
