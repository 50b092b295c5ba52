package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.program.Instruction;

/** Finds the derivative of an instruction. A new opcode does not compile without one. */
public final class Derivatives {

    private Derivatives() {}

    public static Derivative of(Instruction instruction) {
        return switch (instruction.opcode()) {
            case EMBED -> new EmbedDerivative(instruction);
            case MEAN -> new MeanDerivative(instruction);
            case SELECT -> new SelectDerivative(instruction);
            case MATMUL -> new MatmulDerivative(instruction);
            case ADD -> new AddDerivative(instruction);
            case MUL -> new MulDerivative(instruction);
            case RELU -> new ReluDerivative(instruction);
        };
    }
}
