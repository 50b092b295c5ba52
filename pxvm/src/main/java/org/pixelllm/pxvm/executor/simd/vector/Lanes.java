package org.pixelllm.pxvm.executor.simd.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.pixelllm.pxvm.executor.Arithmetic;

/**
 * The vector shape in use, and sums over lanes in a fixed order. {@code reduceLanes} may add in any order, and does so
 * differently interpreted and compiled; results must not depend on that.
 */
public final class Lanes {

    /** The widest vectors of floats that the processor has, of 4 to {@link Arithmetic#LANES} lanes. */
    public static final VectorSpecies<Float> FLOAT = switch (FloatVector.SPECIES_PREFERRED.length()) {
        case 1, 2, 4 -> FloatVector.SPECIES_128;
        case 8 -> FloatVector.SPECIES_256;
        default -> FloatVector.SPECIES_512;
    };

    /** As many whole numbers. */
    public static final VectorSpecies<Integer> INT = VectorSpecies.of(int.class, FLOAT.vectorShape());

    /** Lanes of a vector. */
    public static final int COUNT = FLOAT.length();

    /** Vector registers of the processor: twice as many where vectors have 512 bits, and on ARM. */
    public static final int REGISTERS =
            COUNT == Arithmetic.LANES || System.getProperty("os.arch").equals("aarch64") ? 32 : 16;

    /** How many sums {@link #sums} makes at once. */
    private static final int GROUP = 4;

    private static final VectorShuffle<Float> HALF = rotate(COUNT / 2);
    private static final VectorShuffle<Float> QUARTER = rotate(COUNT / 4);
    private static final VectorShuffle<Float> EIGHTH = rotate(COUNT / 8);
    private static final VectorShuffle<Float> SIXTEENTH = rotate(COUNT / 16);

    /** For four sums at once: the upper half, the odd quarters, and how quarters change places. */
    private static final VectorMask<Float> UPPER = lanes(COUNT / 2);

    private static final VectorMask<Float> ODD = lanes(Math.max(1, COUNT / 4));
    private static final VectorShuffle<Float> SWAP = VectorShuffle.fromOp(FLOAT, i -> (i ^ COUNT / 4) % COUNT);
    private static final VectorShuffle<Float> FRONT =
            VectorShuffle.fromOp(FLOAT, i -> i < GROUP ? (i % 2 * 2 + i / 2) * COUNT / 4 % COUNT : 0);
    private static final VectorMask<Float> FOUR = VectorMask.fromLong(FLOAT, (1 << GROUP) - 1);

    private Lanes() {}

    private static VectorShuffle<Float> rotate(int by) {
        return VectorShuffle.iota(FLOAT, by, 1, true);
    }

    /** The lanes whose number has this bit. */
    static VectorMask<Float> lanes(int bit) {
        long set = 0;
        for (int i = 0; i < COUNT; i++) {
            set |= (i & bit) != 0 ? 1L << i : 0;
        }
        return VectorMask.fromLong(FLOAT, set);
    }

    /** The sum of all lanes, by halves. */
    public static float sum(FloatVector v) {
        FloatVector s = v;
        if (COUNT >= 2) {
            s = s.add(s.rearrange(HALF));
        }
        if (COUNT >= 4) {
            s = s.add(s.rearrange(QUARTER));
        }
        if (COUNT >= 8) {
            s = s.add(s.rearrange(EIGHTH));
        }
        if (COUNT >= 16) {
            s = s.add(s.rearrange(SIXTEENTH));
        }
        return s.lane(0);
    }

    /**
     * The sums of several vectors' lanes, each with the bits that {@link #sum} gives it.
     *
     * @param vectors one after the other, from {@code from}
     * @param count how many
     * @param to receives the sums, from {@code at}; what follows them may be lost
     */
    public static void sums(float[] vectors, int from, int count, float[] to, int at) {
        int whole = COUNT < GROUP ? 0 : count / GROUP * GROUP;
        for (int i = 0; i < whole; i += GROUP) {
            four(vectors, from + i * COUNT, to, at + i);
        }
        for (int i = whole; i < count; i++) {
            to[at + i] = sum(FloatVector.fromArray(FLOAT, vectors, from + i * COUNT));
        }
    }

    /** Four sums: vectors are folded onto each other, two and two, so that every addition serves all lanes. */
    private static void four(float[] vectors, int from, float[] to, int at) {
        FloatVector a = FloatVector.fromArray(FLOAT, vectors, from);
        FloatVector b = FloatVector.fromArray(FLOAT, vectors, from + COUNT);
        FloatVector ab = a.blend(b, UPPER).add(b.blend(a, UPPER).rearrange(HALF));
        FloatVector c = FloatVector.fromArray(FLOAT, vectors, from + 2 * COUNT);
        FloatVector d = FloatVector.fromArray(FLOAT, vectors, from + 3 * COUNT);
        FloatVector cd = c.blend(d, UPPER).add(d.blend(c, UPPER).rearrange(HALF));
        FloatVector s = ab.blend(cd, ODD).add(cd.blend(ab, ODD).rearrange(SWAP));
        if (COUNT >= 8) {
            s = s.add(s.rearrange(EIGHTH));
        }
        if (COUNT >= 16) {
            s = s.add(s.rearrange(SIXTEENTH));
        }
        FloatVector front = s.rearrange(FRONT);
        if (at + COUNT <= to.length) {
            front.intoArray(to, at); // several times as fast as with a mask, where processors have no masks
        } else {
            front.intoArray(to, at, FOUR);
        }
    }
}
