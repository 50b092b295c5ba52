package org.pixelllm.pxvm.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/**
 * The weights of a program by tensor id.
 *
 * @param tensors each weight of the program by its place in the program's tensor list
 */
public record Weights(Map<Integer, WeightTensor> tensors) {

    private static final int ALIGNMENT = 64;

    public Weights {
        tensors = Map.copyOf(tensors);
    }

    /** The weight with this id. */
    public WeightTensor get(int id) {
        WeightTensor tensor = tensors.get(id);
        if (tensor == null) {
            throw new IllegalArgumentException("tensor " + id + " is no weight of this program");
        }
        return tensor;
    }

    /**
     * A weight in memory of its own.
     *
     * @param values row by row // [rows, columns]
     */
    public static WeightTensor inMemory(Arena arena, ElementType type, int rows, int columns, float[] values) {
        WeightCodec codec = type.codec();
        Range range = codec.range(values);
        long stride = roundUp(codec.rowBytes(columns));
        MemorySegment memory = arena.allocate(rows * stride, ALIGNMENT);
        byte[] bytes = new byte[Math.toIntExact(stride)];
        float[] row = new float[columns];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(values, r * columns, row, 0, columns);
            codec.encode(row, range, bytes, 0);
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, r * stride, bytes.length);
        }
        Pages pages = new Pages(memory, 0, memory.byteSize(), (int) Math.min(Integer.MAX_VALUE, rows * stride), 1, 0);
        return new WeightTensor(type, range, rows, columns, pages, 0, 0, stride, rows);
    }

    /** The next multiple of 64. */
    public static long roundUp(long bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
