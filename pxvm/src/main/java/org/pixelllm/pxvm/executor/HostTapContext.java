package org.pixelllm.pxvm.executor;

import java.util.Arrays;
import java.util.List;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Program;

/** What a tap sees of a machine on the CPU. */
record HostTapContext(Program program, Frame frame, List<Instruction> instructions, long nanoseconds)
        implements TapContext {

    @Override
    public int tokens() {
        return frame.tokens();
    }

    @Override
    public int rows(Instruction instruction) {
        return frame.rowsOf(require(instruction).result());
    }

    @Override
    public float[] values(Instruction instruction) {
        int id = require(instruction).result();
        return Arrays.copyOf(frame.values(id), frame.lengthOf(id));
    }

    @Override
    public double[] attention(Instruction instruction, int token, int head) {
        Attention in = Attention.of(require(instruction));
        AttentionScores.requireHead(in, token, frame.tokens(), head);
        int width = program.tensor(in.result()).columns() / in.heads();
        Frame.Slice slice = frame.sliceOf(token);
        int filled = slice.state().position() + slice.count();
        int column = head / (in.heads() / in.kvHeads()) * width;
        float[] keys = frame.mover().all(slice.state().positions(), in.keys(), true, filled, column, width);
        return AttentionScores.weights(
                in,
                new AttentionScores.Keys(keys, width, 0),
                frame.positionOf(token),
                frame.values(in.q()),
                (token * in.heads() + head) * width,
                width);
    }

    private Instruction require(Instruction instruction) {
        if (!instructions.contains(instruction)) {
            throw new IllegalArgumentException(
                    "the instruction that writes tensor " + instruction.result() + " has not just run");
        }
        return instruction;
    }
}
