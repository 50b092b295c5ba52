package org.pixelllm.pxvm.executor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Pages;
import org.pixelllm.pxvm.weights.Range;
import org.pixelllm.pxvm.weights.WeightCodec;
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
                    inMemory(
                            Arena.ofAuto(),
                            tensor.type(),
                            tensor.rows(),
                            tensor.columns(),
                            Objects.requireNonNull(values.get(tensor.name()))));
        }
        return new Weights(weights);
    }

    /**
     * A weight in memory of its own.
     *
     * @param values row by row // [rows, columns]
     */
    public static WeightTensor inMemory(Arena arena, ElementType type, int rows, int columns, float[] values) {
        WeightCodec codec = type.codec();
        Range range = codec.range(values);
        long stride = Weights.roundUp(codec.rowBytes(columns));
        MemorySegment memory = arena.allocate(rows * stride, 64);
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
}
