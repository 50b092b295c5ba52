package org.pixelllm.pxvm.cartridge;

import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.weights.WeightTensor;

/** Looks through all weights of a cartridge for values that are no finite numbers. */
public final class FiniteWeights {

    private FiniteWeights() {}

    /** The first such value in the program's order, or null. Every weight is read. */
    public static @Nullable NotFiniteWeightException first(Cartridge cartridge) {
        Program program = cartridge.program();
        for (int id : program.withRole(Role.WEIGHT)) {
            WeightTensor weight = cartridge.weights().get(id);
            int columns = weight.columns();
            float[] values = new float[columns];
            float[] group = new float[weight.lines() * columns];
            try {
                for (int row = 0; row < weight.rows(); row++) {
                    int line = row % weight.lines();
                    if (line == 0) {
                        weight.decodeGroup(row / weight.lines(), group, 0);
                    }
                    System.arraycopy(group, line * columns, values, 0, columns);
                    NotFiniteWeightException.require(
                            values, columns, program.tensor(id).name(), row);
                }
            } catch (NotFiniteWeightException e) {
                return e;
            }
        }
        return null;
    }

    /**
     * Checks every weight.
     *
     * @throws InvalidContentException naming file, tensor, row and column of the first value that is no finite number
     */
    public static void require(Cartridge cartridge) throws InvalidContentException {
        NotFiniteWeightException found = first(cartridge);
        if (found != null) {
            throw found.in(cartridge.file());
        }
    }
}
