package org.pixelllm.pxvm.executor.simd.scalar;

import java.lang.foreign.MemorySegment;
import org.pixelllm.pxvm.executor.simd.product.Blocks;
import org.pixelllm.pxvm.executor.simd.product.Kernels;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.weights.WeightTensor;

/** One group at a time: its bytes are copied at once, made floats in simple loops, and multiplied in one method for all types. */
public abstract sealed class ScalarKernels implements Kernels permits ScalarColumns, ScalarBlocks {

    private final MemorySegment memory;

    ScalarKernels(MemorySegment memory) {
        this.memory = memory;
    }

    /** The kernels of a matrix. */
    public static Kernels of(WeightTensor w) {
        Blocks blocks = Blocks.of(w.type());
        return blocks != null ? new ScalarBlocks(w, blocks) : new ScalarColumns(w);
    }

    @Override
    public final int groups() {
        return 1;
    }

    /** Copies a group's bytes, all at once: a read of each is slow until the optimizing compiler has seen to it. */
    final byte[] bytes(long at, int count, Scratch own) {
        byte[] to = own.bytes();
        MemorySegment.copy(memory, at, MemorySegment.ofArray(to), 0, count);
        return to;
    }

    @Override
    public final void one(
            long p0, long p1, long p2, long p3, int columns, XRows x, int row, int column, Scratch own, int at) {
        unpack(p0, p1, p2, p3, columns, own);
        multiply(columns, x, row, column, own, at);
    }

    /** Adds the products by one row of x to the sums. */
    abstract void multiply(int columns, XRows x, int row, int column, Scratch own, int at);
}
