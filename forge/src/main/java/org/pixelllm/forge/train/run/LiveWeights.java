package org.pixelllm.forge.train.run;

import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** Weights that are still being trained, copied to where a machine can use them. */
final class LiveWeights {

    private LiveWeights() {}

    /** Copies the weights as they are now. They last as long as the arena. */
    static Weights copy(Program program, Trainer trainer, Arena arena) {
        Map<Integer, WeightTensor> tensors = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            tensors.put(
                    id,
                    WeightTensor.inMemory(arena, ElementType.F32, tensor.rows(), tensor.columns(), trainer.values(id)));
        }
        return new Weights(tensors);
    }
}
