package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import org.pixelllm.pxvm.executor.simd.product.Blocks;
import org.pixelllm.pxvm.executor.simd.product.Kernels;
import org.pixelllm.pxvm.weights.WeightTensor;

/** The kernels on the Vector API, one class for each form of codes: the just-in-time compiler does badly on several that are inlined into one method. */
public final class VectorKernels {

    private VectorKernels() {}

    /** Those of a matrix. */
    public static Kernels of(WeightTensor w) {
        MemorySegment memory = w.pages().memory();
        Blocks blocks = Blocks.of(w.type());
        if (blocks != null) {
            return blocks.hasNibbles() ? new NibbleKernels(memory, blocks) : new ByteKernels(memory, blocks);
        }
        return switch (w.type()) {
            case F32 -> new F32Kernels(memory);
            case U8 -> new U8Kernels(memory);
            case F16 -> new F16Kernels(memory);
            case BF16 -> new Bf16Kernels(memory);
            case Q8, Q4, Q8M, Q4M, Q8K16, Q4K16, Q4K16M, Q4K32M, Q8K32M, IDS ->
                throw new IllegalStateException(w.type() + " has no columns that stand for themselves");
        };
    }
}
