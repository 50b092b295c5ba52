package org.pixelllm.pxvm.executor.simd.product;

import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.weights.BlockCodec;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Groups;

/**
 * Where a group's units keep their blocks; offsets in bytes.
 *
 * @param columns of a block
 * @param unitColumns of a unit
 * @param hasNibbles whether two codes share a byte
 * @param hasMinimum whether blocks have a minimum
 * @param isTwiceScaled whether a block's scale is a multiple of its unit's
 * @param first where a unit's first codes begin
 * @param codes of a block
 * @param step from a block to the next, in the next unit too where that has one block
 */
public record Blocks(
        int columns,
        int unitColumns,
        boolean hasNibbles,
        boolean hasMinimum,
        boolean isTwiceScaled,
        int first,
        int codes,
        int step) {

    /** The blocks of a type, or null where it has none. */
    public static @Nullable Blocks of(ElementType type) {
        return type.codec() instanceof BlockCodec codec
                ? new Blocks(
                        codec.blockColumns(),
                        codec.unitColumns(),
                        codec.hasNibbles(),
                        codec.hasMinimum(),
                        codec.isTwiceScaled(),
                        Groups.MATRIX * codec.headerBytes(),
                        Groups.MATRIX * codec.codeBytes(),
                        Groups.MATRIX * codec.blockBytes())
                : null;
    }

    /** Whether the sums of x are needed, one for each block. */
    public boolean needsSums() {
        return hasMinimum || hasNibbles;
    }

    /** Blocks of the units that hold so many columns. */
    public int count(int columns) {
        return Math.ceilDiv(columns, unitColumns) * (unitColumns / this.columns);
    }
}
