package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Operation.Binary;
import org.pixelllm.pxvm.program.Operation.Combine;
import org.pixelllm.pxvm.program.Operation.Embed;
import org.pixelllm.pxvm.program.Operation.Experts;
import org.pixelllm.pxvm.program.Operation.LayerNorm;
import org.pixelllm.pxvm.program.Operation.Matmul;
import org.pixelllm.pxvm.program.Operation.Mean;
import org.pixelllm.pxvm.program.Operation.Position;
import org.pixelllm.pxvm.program.Operation.RmsNorm;
import org.pixelllm.pxvm.program.Operation.Rope;
import org.pixelllm.pxvm.program.Operation.Route;
import org.pixelllm.pxvm.program.Operation.Scale;
import org.pixelllm.pxvm.program.Operation.Softcap;
import org.pixelllm.pxvm.program.Operation.Unary;

/** Finds the derivative of an instruction. A new opcode does not compile without one. */
public final class Derivatives {

    private Derivatives() {}

    public static Derivative of(Instruction instruction) {
        return switch (instruction.opcode()) {
            case EMBED -> new EmbedDerivative(Embed.of(instruction));
            case MEAN -> new MeanDerivative(Mean.of(instruction));
            case SELECT -> new SelectDerivative(Unary.of(instruction));
            case MATMUL -> new MatmulDerivative(Matmul.of(instruction));
            case ADD -> new AddDerivative(Binary.of(instruction));
            case MUL -> new MulDerivative(Binary.of(instruction));
            case RELU -> EachDerivative.relu(Unary.of(instruction));
            case SILU -> new SiluDerivative(Unary.of(instruction));
            case GELU -> EachDerivative.gelu(Unary.of(instruction));
            case GELU_TANH -> EachDerivative.geluTanh(Unary.of(instruction));
            case SCALE -> EachDerivative.scale(Scale.of(instruction));
            case SOFTCAP -> EachDerivative.softcap(Softcap.of(instruction));
            case RMSNORM -> new RmsNormDerivative(RmsNorm.of(instruction));
            case LAYERNORM -> new LayerNormDerivative(LayerNorm.of(instruction));
            case POSITION -> new PositionDerivative(Position.of(instruction));
            case ROPE -> new RopeDerivative(Rope.of(instruction));
            case ATTENTION -> new AttentionDerivative(Attention.of(instruction));
            case ROUTE -> new RouteDerivative(Route.of(instruction));
            case EXPERTS -> new ExpertsDerivative(Experts.of(instruction));
            case COMBINE -> new CombineDerivative(Combine.of(instruction));
        };
    }
}
