package org.pixelllm.pxvm.executor.simd.scalar;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.executor.simd.product.Blocks;
import org.pixelllm.pxvm.executor.simd.product.Kernels;
import org.pixelllm.pxvm.executor.simd.product.Product;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.weights.Groups;
import org.pixelllm.pxvm.weights.WeightTensor;

/** One group at a time: its bytes are copied at once, made floats in simple loops, and multiplied in one method for all types. */
public abstract sealed class ScalarKernels implements Kernels permits ScalarColumns, ScalarBlocks {

    /** Products after which a matrix is one that is multiplied again and again. */
    private static final int USES = 3;

    private final WeightTensor w;
    private final MemorySegment memory;
    private int uses;
    private @Nullable Panel panel;

    ScalarKernels(WeightTensor w) {
        this.w = w;
        this.memory = w.pages().memory();
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

    /** As long as loops run, the compilers need the other processor more. */
    @Override
    public final long worthSharing() {
        return 1 << 20;
    }

    @Override
    public final int grain() {
        return panel == null ? 1 : Panel.STRIP / 2 / Groups.MATRIX;
    }

    @Override
    public final void use(Scratch own) {
        if (uses == USES) {
            panel = Panel.of(w, this, own);
        }
        uses += uses > USES ? 0 : 1;
    }

    @Override
    public final boolean multiply(Product product, XRows x, float[] y, int from, int to, Scratch own) {
        Panel ready = panel;
        if (ready == null) {
            return false;
        }
        ready.run(product, x, y, from, to, own);
        return true;
    }
}
