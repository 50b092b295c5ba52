package org.pixelllm.pxvm.executor.simd.rows;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.weights.Groups;

/**
 * Four vectors of rows side by side, which kernels go through together: a group with 4 lanes, two with 8, four with 16.
 * Vector i belongs to the group whose address is {@code p<i>} and begins at its line {@code LANE<i>}.
 */
final class Quad {

    static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    /**
     * Read once by each kernel that otherwise only loads vectors. Where a mapped file was cut, HotSpot makes an error of the
     * fault only in compiled code that has a plain read of native memory; in other code it ends the process.
     */
    static final ValueLayout.OfByte PLAIN = ValueLayout.JAVA_BYTE;

    /** Rows of all four. */
    static final int WIDTH = 4 * Lanes.COUNT;

    /** Groups of all four. */
    static final int GROUPS = WIDTH / Groups.MATRIX;

    static final int LANE1 = Lanes.COUNT % Groups.MATRIX;
    static final int LANE2 = 2 * Lanes.COUNT % Groups.MATRIX;
    static final int LANE3 = 3 * Lanes.COUNT % Groups.MATRIX;

    /** At least 8 bytes: of those, vectors of 4 lanes take the lower or the upper half. */
    static final VectorSpecies<Byte> BYTE =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * Lanes.COUNT)));

    static final int BYTE1 = LANE1 / 8 * 8;
    static final int BYTE2 = LANE2 / 8 * 8;
    static final int BYTE3 = LANE3 / 8 * 8;

    /** Which half of the bytes vectors 1 and 3 take. */
    static final int ODD = Lanes.COUNT < 8 ? 1 : 0;

    static final VectorSpecies<Short> SHORT = VectorSpecies.of(short.class, VectorShape.forBitSize(16 * Lanes.COUNT));

    /**
     * From f16 to f32: an f16's sign and number, moved to their places, is the float divided by 2^112, subnormal ones too.
     * Sign extension and the move leave copies of the sign, which go. Not for infinities and NaN, which no weight is.
     */
    static final int HALF_SHIFT = 13;

    static final int HALF_BITS = 0x8FFF_E000;
    static final float HALF_SCALE = 0x1p112f;

    /** Bytes of a group's line of floats. */
    static final int LINE = Float.BYTES * Groups.MATRIX;

    /** Where vectors begin in a panel of groups, each of a chunk's columns, as f32 weights are kept. */
    static final long PANEL1 = panel(1);

    static final long PANEL2 = panel(2);
    static final long PANEL3 = panel(3);

    private static long panel(int vector) {
        int row = vector * Lanes.COUNT;
        return row / Groups.MATRIX * (long) LINE * Scratch.CHUNK + (long) Float.BYTES * (row % Groups.MATRIX);
    }

    /** Whether registers suffice for tiles of four vectors; otherwise tiles have two. */
    static final boolean HAS_WIDE_TILES = Lanes.REGISTERS == 32;

    private Quad() {}
}
