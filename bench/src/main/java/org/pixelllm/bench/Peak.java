package org.pixelllm.bench;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** What one core can do at most: as many chains of multiply-and-add as hide each other's time, nothing read or written. */
final class Peak {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 10;
    private static final int STEPS = 10_000;

    private final float[] lanes = new float[SPECIES.length()];

    /** Additions and multiplications of a run. */
    static double operations() {
        return 2.0 * CHAINS * STEPS * SPECIES.length();
    }

    void run() {
        multiply(lanes);
    }

    private static void multiply(float[] lanes) {
        FloatVector factor = FloatVector.broadcast(SPECIES, 0.5f);
        FloatVector a = FloatVector.fromArray(SPECIES, lanes, 0);
        FloatVector b = a.add(1);
        FloatVector c = a.add(2);
        FloatVector d = a.add(3);
        FloatVector e = a.add(4);
        FloatVector f = a.add(5);
        FloatVector g = a.add(6);
        FloatVector h = a.add(7);
        FloatVector i = a.add(8);
        FloatVector j = a.add(9);
        for (int step = 0; step < STEPS; step++) {
            a = a.fma(factor, factor);
            b = b.fma(factor, factor);
            c = c.fma(factor, factor);
            d = d.fma(factor, factor);
            e = e.fma(factor, factor);
            f = f.fma(factor, factor);
            g = g.fma(factor, factor);
            h = h.fma(factor, factor);
            i = i.fma(factor, factor);
            j = j.fma(factor, factor);
        }
        a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).intoArray(lanes, 0);
    }
}
