package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import org.pixelllm.pxvm.executor.simd.product.Kernels;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;

/** Types whose columns stand for themselves. */
abstract sealed class ColumnKernels implements Kernels permits F32Kernels, F16Kernels, Bf16Kernels, U8Kernels {

    final MemorySegment memory;

    ColumnKernels(MemorySegment memory) {
        this.memory = memory;
    }

    @Override
    public final int groups() {
        return Quad.GROUPS;
    }

    @Override
    public void tile(
            long p0, long p1, long p2, long p3, int columns, XRows x, int row, int column, Scratch own, int at) {
        tile(own.panel(), 0, Quad.PANEL1, Quad.PANEL2, Quad.PANEL3, columns, x, row, column, own.sums(), at);
    }

    /** The same from the places of the four vectors' first floats. */
    static void tile(
            MemorySegment memory,
            long p0,
            long p1,
            long p2,
            long p3,
            int columns,
            XRows x,
            int row,
            int column,
            float[] sums,
            int at) {
        int last = x.rows() - 1;
        int x0 = x.at(row, column);
        int x1 = x.at(Math.min(row + 1, last), column);
        int x2 = x.at(Math.min(row + 2, last), column);
        int x3 = x.at(Math.min(row + 3, last), column);
        if (Quad.HAS_WIDE_TILES) {
            WideTile.columns(memory, p0, p1, p2, p3, columns, x.values(), x0, x1, x2, x3, sums, at);
        } else {
            NarrowTile.columns(memory, p0, columns, x.values(), x0, x1, x2, x3, sums, at);
            NarrowTile.columns(memory, p2, columns, x.values(), x0, x1, x2, x3, sums, at + 2 * Lanes.COUNT);
        }
    }
}
