package org.pixelllm.pxvm.executor;

import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** Values for the weights of test programs. */
public final class Values {

    private Values() {}

    /** Random values of a size that keeps results near 1. */
    public static Weights random(Program program, long seed) {
        Random random = new Random(seed);
        Map<String, float[]> values = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            float[] each = new float[Math.toIntExact(tensor.elements())];
            float scale = (float) (1 / Math.sqrt(tensor.columns()));
            for (int i = 0; i < each.length; i++) {
                each[i] = (float) random.nextGaussian() * scale;
            }
            values.put(tensor.name(), each);
        }
        return of(program, values);
    }

    /** These values, by the tensors' names. */
    public static Weights of(Program program, Map<String, float[]> values) {
        Map<Integer, WeightTensor> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            weights.put(
                    id,
                    WeightTensor.inMemory(
                            Arena.ofAuto(), tensor.groups(), Objects.requireNonNull(values.get(tensor.name()))));
        }
        return new Weights(weights);
    }
}
