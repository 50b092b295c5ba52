package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.MemorySegment;
import org.pixelllm.pxvm.executor.simd.product.Blocks;
import org.pixelllm.pxvm.executor.simd.product.Kernels;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.weights.Groups;

/** Types in blocks. Scales are made ready first, so that kernels know two forms of codes and no forms of scales. */
abstract sealed class BlockKernels implements Kernels permits ByteKernels, NibbleKernels {

    final MemorySegment memory;
    final Blocks layout;

    BlockKernels(MemorySegment memory, Blocks layout) {
        this.memory = memory;
        this.layout = layout;
    }

    @Override
    public final int groups() {
        return Quad.GROUPS;
    }

    /** Adds the products of blocks whose scales are ready; the offsets are those of their first codes. */
    abstract void multiply(
            long p0, long p1, long p2, long p3, int blocks, XRows x, int row, int column, Scratch own, int at);

    /** Writes codes as floats, in their order; the offsets are those of their first. */
    abstract void unpackCodes(long p0, long p1, long p2, long p3, int blocks, MemorySegment to);

    @Override
    public final void one(
            long p0, long p1, long p2, long p3, int columns, XRows x, int row, int column, Scratch own, int at) {
        int blocks = layout.count(columns);
        scales(p0, p1, p2, p3, blocks, own);
        int first = layout.first();
        multiply(p0 + first, p1 + first, p2 + first, p3 + first, blocks, x, row, column, own, at);
    }

    @Override
    public final void unpack(long p0, long p1, long p2, long p3, int columns, Scratch own) {
        int blocks = layout.count(columns);
        scales(p0, p1, p2, p3, blocks, own);
        int first = layout.first();
        unpackCodes(p0 + first, p1 + first, p2 + first, p3 + first, blocks, own.panel());
    }

    private void scales(long p0, long p1, long p2, long p3, int blocks, Scratch own) {
        int first = layout.first() + layout.codes();
        int step = layout.step();
        int half = Short.BYTES * Groups.MATRIX;
        if (layout.isTwiceScaled()) {
            Scales.bytes(memory, p0, p1, p2, p3, 0, first, step, blocks, own.scales);
            if (layout.hasMinimum()) {
                Scales.bytes(memory, p0, p1, p2, p3, half, first + Groups.MATRIX, step, blocks, own.minima);
            }
        } else {
            Scales.halves(memory, p0 + first, p1 + first, p2 + first, p3 + first, step, blocks, own.scales);
            if (layout.hasMinimum()) {
                int at = first + half;
                Scales.halves(memory, p0 + at, p1 + at, p2 + at, p3 + at, step, blocks, own.minima);
            }
        }
    }

    @Override
    public final void tile(
            long p0, long p1, long p2, long p3, int columns, XRows x, int row, int column, Scratch own, int at) {
        int blocks = layout.count(columns);
        int last = x.rows() - 1;
        int r1 = Math.min(row + 1, last);
        int r2 = Math.min(row + 2, last);
        int r3 = Math.min(row + 3, last);
        int xAt = x.packedAt(row, column);
        int block = column / layout.columns();
        int s0 = x.sumAt(row, block);
        int s1 = x.sumAt(r1, block);
        int s2 = x.sumAt(r2, block);
        int s3 = x.sumAt(r3, block);
        if (Quad.HAS_WIDE_TILES) {
            WideTile.blocks(
                    own.panel(),
                    0,
                    Quad.PANEL1,
                    Quad.PANEL2,
                    Quad.PANEL3,
                    layout.columns(),
                    blocks,
                    x.packed(),
                    xAt,
                    own.tile);
            if (layout.hasMinimum()) {
                WideTile.minimum(own.tile, blocks, own.scales, own.minima, x.sums(), s0, s1, s2, s3, own.sums(), at);
            } else if (layout.hasNibbles()) {
                WideTile.offset(own.tile, blocks, own.scales, x.sums(), s0, s1, s2, s3, own.sums(), at);
            } else {
                WideTile.scale(own.tile, blocks, own.scales, own.sums(), at);
            }
            return;
        }
        for (int lane = 0; lane < Quad.WIDTH; lane += 2 * Lanes.COUNT) {
            long place = lane == 0 ? 0 : Quad.PANEL2;
            NarrowTile.blocks(own.panel(), place, layout.columns(), blocks, x.packed(), xAt, own.tile);
            if (layout.hasMinimum()) {
                NarrowTile.minimum(
                        own.tile,
                        blocks,
                        own.scales,
                        own.minima,
                        x.sums(),
                        s0,
                        s1,
                        s2,
                        s3,
                        lane,
                        own.sums(),
                        at + lane);
            } else if (layout.hasNibbles()) {
                NarrowTile.offset(own.tile, blocks, own.scales, x.sums(), s0, s1, s2, s3, lane, own.sums(), at + lane);
            } else {
                NarrowTile.scale(own.tile, blocks, own.scales, lane, own.sums(), at + lane);
            }
        }
    }
}
