package org.pixelllm.pxvm.executor;

import java.util.Arrays;
import java.util.List;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Program;

/** A moment of a machine on the CPU. */
record HostMoment(Program program, Frame frame, List<Instruction> instructions, long nanoseconds) implements Moment {

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
        int heads = require(instruction).opcode() == Opcode.ATTENTION ? instruction.whole(0) : 0;
        if (token < 0 || token >= frame.tokens() || head < 0 || head >= heads) {
            throw new IllegalArgumentException("token %d of %d, head %d of %d of %s"
                    .formatted(
                            token,
                            frame.tokens(),
                            head,
                            heads,
                            instruction.opcode().mnemonic()));
        }
        int width = program.tensor(instruction.result()).columns() / heads;
        int position = frame.positionOf(token);
        double[] seen = AttentionScores.exponentials(
                instruction,
                frame.sliceOf(token).state().tensor(instruction.operand(3)),
                position,
                head,
                frame.values(instruction.operand(0)),
                (token * heads + head) * width,
                width);
        double sum = 0;
        for (double each : seen) {
            sum += each;
        }
        double[] weights = new double[position + 1]; // what stands before the window stays 0
        int first = weights.length - seen.length;
        for (int s = 0; s < seen.length; s++) {
            weights[first + s] = seen[s] / sum;
        }
        return weights;
    }

    private Instruction require(Instruction instruction) {
        if (!instructions.contains(instruction)) {
            throw new IllegalArgumentException(
                    "the instruction that writes tensor " + instruction.result() + " has not just run");
        }
        return instruction;
    }
}
