package org.pixelllm.forge.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Pages;
import org.pixelllm.pxvm.weights.Range;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** Weights that are still being trained, copied to where a machine can use them. */
final class LiveWeights {

    private static final int ALIGNMENT = 64;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private LiveWeights() {}

    /** Copies the weights as they are now. They last as long as the arena. */
    static Weights copy(Program program, Trainer trainer, Arena arena) {
        Map<Integer, WeightTensor> tensors = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            tensors.put(id, copy(program.tensor(id), trainer.values(id), arena));
        }
        return new Weights(tensors);
    }

    private static WeightTensor copy(Tensor tensor, float[] values, Arena arena) {
        int rows = tensor.rows();
        int columns = tensor.columns();
        long stride = Weights.roundUp(4L * columns);
        MemorySegment memory = arena.allocate(stride * rows, ALIGNMENT);
        for (int row = 0; row < rows; row++) {
            MemorySegment.copy(values, row * columns, memory, FLOAT, row * stride, columns);
        }
        int bytes = Math.toIntExact(memory.byteSize());
        Pages pages = new Pages(memory, 0, bytes, bytes, Long.MAX_VALUE, 0);
        return new WeightTensor(ElementType.F32, Range.NONE, rows, columns, pages, 0, 0, stride, rows);
    }
}
