package org.pixelllm.forge.train.optim;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.pixelllm.forge.train.gradient.Parameters;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operation.Binary;
import org.pixelllm.pxvm.program.Operation.Combine;
import org.pixelllm.pxvm.program.Operation.Experts;
import org.pixelllm.pxvm.program.Operation.LayerNorm;
import org.pixelllm.pxvm.program.Operation.Matmul;
import org.pixelllm.pxvm.program.Operation.RmsNorm;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Tensor;

/** First values of the weights, by what the program does with them. */
public final class Initializer {

    private static final double TABLE_DEVIATION = 0.1;

    /** Of a table that is the output's matrix too: logits of the order of 1. */
    private static final double TIED_DEVIATION = 0.02;

    private Initializer() {}

    /**
     * Fills the weights: matrices with deviation {@code 1/√inputs}, tables with 0.1 or, where they are matrices too, 0.02,
     * gains and factors with one, biases with zero. What a layer adds to its input is smaller by the root of the number of such
     * additions, so that the sum stays of the order of 1 (Radford et al., <i>GPT-2</i>, 2019).
     */
    public static void fill(Parameters parameters, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int id : parameters.ids()) {
            SplittableRandom own = random.split();
            float[] values = parameters.values(id);
            double deviation = deviation(parameters, id);
            if (deviation == 0) {
                boolean isFactor = parameters.isFixed(id) || isGain(parameters.program(), id);
                Arrays.fill(values, isFactor ? 1 : 0);
            } else {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (deviation * normal(own));
                }
            }
        }
    }

    private static boolean isGain(Program program, int id) {
        return program.instructions().stream()
                .anyMatch(in -> (in.opcode() == Opcode.RMSNORM && RmsNorm.of(in).gain() == id)
                        || (in.opcode() == Opcode.LAYERNORM && LayerNorm.of(in).gain() == id));
    }

    private static double deviation(Parameters parameters, int id) {
        Program program = parameters.program();
        Tensor tensor = program.tensor(id);
        if (tensor.shape().size() == 1 || parameters.isFixed(id)) {
            return 0;
        }
        List<Instruction> products = program.instructions().stream()
                .filter(in -> (in.opcode() == Opcode.MATMUL && Matmul.of(in).w() == id)
                        || (in.opcode() == Opcode.EXPERTS && Experts.of(in).w() == id))
                .toList();
        if (parameters.isTable(id)) {
            return products.isEmpty() ? TABLE_DEVIATION : TIED_DEVIATION;
        }
        double plain = 1 / Math.sqrt(tensor.columns());
        boolean added = products.stream().anyMatch(product -> isAdded(program, product.result()));
        return added ? plain / Math.sqrt((double) additions(program)) : plain;
    }

    private static boolean isAdded(Program program, int value) {
        return program.instructions().stream()
                .anyMatch(in -> (in.opcode() == Opcode.ADD && Binary.of(in).b() == value)
                        || (in.opcode() == Opcode.COMBINE
                                && Combine.of(in).x() == value
                                && isAdded(program, in.result())));
    }

    private static long additions(Program program) {
        return program.instructions().stream()
                .filter(in -> in.opcode() == Opcode.ADD)
                .count();
    }

    /** Box and Muller, 1958, in StrictMath: the same numbers on every machine. */
    private static double normal(SplittableRandom random) {
        double u = 1 - random.nextDouble();
        double angle = 2 * StrictMath.PI * random.nextDouble();
        return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(angle);
    }
}
