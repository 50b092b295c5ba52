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
            case RELU -> EachDerivative.relu(instruction);
            case SILU -> new SiluDerivative(instruction);
            case GELU -> EachDerivative.gelu(instruction);
            case GELU_TANH -> EachDerivative.geluTanh(instruction);
            case SCALE -> EachDerivative.scale(instruction);
            case SOFTCAP -> EachDerivative.softcap(instruction);
            case RMSNORM -> new RmsNormDerivative(instruction);
            case LAYERNORM -> new LayerNormDerivative(instruction);
            case POSITION -> new PositionDerivative(instruction);
            case ROPE -> new RopeDerivative(instruction);
            case ATTENTION -> new AttentionDerivative(instruction);
        };
    }
}
