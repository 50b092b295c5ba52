package org.pixelllm.pxvm.weights;

import java.util.Map;

/**
 * The weights of a program by tensor id.
 *
 * @param tensors each weight of the program by its place in the program's tensor list
 */
public record Weights(Map<Integer, WeightTensor> tensors) {

    static final int ALIGNMENT = 64;

    public Weights {
        tensors = Map.copyOf(tensors);
    }

    /** The weight with this id. */
    public WeightTensor get(int id) {
        WeightTensor tensor = tensors.get(id);
        if (tensor == null) {
            throw new IllegalArgumentException("tensor " + id + " is not a weight of this program");
        }
        return tensor;
    }

    /** The next multiple of 64. */
    public static long roundUp(long bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
