package org.pixelllm.pxvm.executor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shape in use, and a sum over lanes in a fixed order. {@code reduceLanes} may add in any order, and does so
 * differently interpreted and compiled; results must not depend on that.
 */
final class Lanes {

    static final VectorSpecies<Float> FLOAT = FloatVector.SPECIES_PREFERRED;
    static final int COUNT = FLOAT.length();

    private static final VectorShuffle<Float> HALF = rotate(COUNT / 2);
    private static final VectorShuffle<Float> QUARTER = rotate(COUNT / 4);
    private static final VectorShuffle<Float> EIGHTH = rotate(COUNT / 8);
    private static final VectorShuffle<Float> SIXTEENTH = rotate(COUNT / 16);

    private Lanes() {}

    private static VectorShuffle<Float> rotate(int by) {
        return VectorShuffle.iota(FLOAT, by, 1, true);
    }

    /** The sum of all lanes, by halves. */
    static float sum(FloatVector v) {
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
}
