package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.simd.attention.ArrayHeads;
import org.pixelllm.pxvm.executor.simd.attention.HeadTile;
import org.pixelllm.pxvm.executor.simd.attention.Heads;
import org.pixelllm.pxvm.executor.simd.attention.VectorHeads;

/** What one thread computes with. Kernels run one after another, so they share it. */
final class ThreadOwn {

    private final Arithmetic arithmetic;
    private final HeadTile tile = new HeadTile();
    private final Heads arrays;
    private final Heads whole; // for heads of whole vectors

    ThreadOwn(Form form) {
        this.arithmetic = SimdExecutor.arithmetic(form);
        this.arrays = new ArrayHeads(arithmetic);
        this.whole = switch (form) {
            case SCALAR -> arrays;
            case VECTOR -> new VectorHeads(arithmetic);
        };
    }

    Arithmetic arithmetic() {
        return arithmetic;
    }

    /** Where attention is computed. */
    HeadTile tile() {
        return tile;
    }

    /** Attention's products for heads of this width. */
    Heads heads(int width) {
        return VectorHeads.suits(width) ? whole : arrays;
    }
}
