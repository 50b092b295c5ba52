package org.pixelllm.forge.train;

import java.util.List;
import java.util.SplittableRandom;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Operand;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;

/** First values of the weights, by what the program does with them. */
final class Initializer {

    private static final double TABLE_DEVIATION = 0.1;

    private Initializer() {}

    /** Fills the weights of a tape: matrices with deviation {@code 1/√inputs}, tables with 0.1, biases with zero. */
    static void fill(Tape tape, long seed) {
        Program program = tape.program();
        SplittableRandom random = new SplittableRandom(seed);
        for (int id : program.withRole(Role.WEIGHT)) {
            SplittableRandom own = random.split();
            double deviation = deviation(program, id);
            float[] values = tape.values(id);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (deviation == 0 ? 0 : deviation * normal(own));
            }
        }
    }

    private static double deviation(Program program, int id) {
        Tensor tensor = program.tensor(id);
        if (tensor.shape().size() == 1) {
            return 0;
        }
        for (Instruction instruction : program.instructions()) {
            List<Operand> places = instruction.opcode().operands();
            for (int i = 0; i < places.size(); i++) {
                if (instruction.operand(i) == id && places.get(i).kind() == Operand.Kind.TABLE) {
                    return TABLE_DEVIATION;
                }
            }
        }
        return 1 / Math.sqrt(tensor.columns());
    }

    /** Box and Muller, 1958, in StrictMath: the same numbers on every machine. */
    private static double normal(SplittableRandom random) {
        double u = 1 - random.nextDouble();
        double angle = 2 * StrictMath.PI * random.nextDouble();
        return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(angle);
    }
}
