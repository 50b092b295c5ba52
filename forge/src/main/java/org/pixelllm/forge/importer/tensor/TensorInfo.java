package org.pixelllm.forge.importer.tensor;

import java.util.List;

/**
 * A tensor as a model file declares it.
 *
 * @param name its name in the file
 * @param shape its dimensions, slowest first, each at least 1; empty for a single number
 * @param type how its elements are kept
 */
public record TensorInfo(String name, List<Integer> shape, StoredType type) {

    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** The last dimension: the length of a row. */
    public int columns() {
        return shape.isEmpty() ? 1 : shape.getLast();
    }

    /** The product of all dimensions but the last. */
    public int rows() {
        int rows = 1;
        for (int i = 0; i < shape.size() - 1; i++) {
            rows = Math.multiplyExact(rows, shape.get(i));
        }
        return rows;
    }

    /** The bytes that it takes in the file. */
    public long bytes() {
        return rows() * type.rowBytes(columns());
    }

    @Override
    public String toString() {
        return name + " " + type + " " + shape;
    }
}
