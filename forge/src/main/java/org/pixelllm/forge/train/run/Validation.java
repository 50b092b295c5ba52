package org.pixelllm.forge.train.run;

import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.pixelllm.forge.train.data.Corpus;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** Measures the weights as they are while they are trained. Nothing stays open between two measurements. */
record Validation(Program program, TrainingRun.Backend backend) {

    /**
     * Measures on a text.
     *
     * @param values the weights' by their ids
     * @param progress receives how many of its tokens have been predicted
     * @return bits per character; empty where the measurement was cancelled
     */
    OptionalDouble bitsPerCharacter(Corpus text, IntFunction<float[]> values, IntConsumer progress) {
        try (Arena arena = Arena.ofShared();
                Machine machine = backend.executor().load(program, weights(arena, values))) {
            return OptionalDouble.of(new Evaluator(machine, backend.workers()).bitsPerCharacter(text, progress));
        } catch (CancellationException e) {
            return OptionalDouble.empty();
        }
    }

    /** Copies the weights as they are now. They last as long as the arena. */
    private Weights weights(Arena arena, IntFunction<float[]> values) {
        Map<Integer, WeightTensor> tensors = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            tensors.put(id, WeightTensor.inMemory(arena, tensor.groups(), values.apply(id)));
        }
        return new Weights(tensors);
    }
}
