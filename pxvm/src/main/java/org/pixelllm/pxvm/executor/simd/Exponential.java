package org.pixelllm.pxvm.executor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * eˣ in vectors, to about one unit in the last place: x is split into n·ln 2 + r, and eʳ is a polynomial (Cephes,
 * Moshier). Only additions, products and shifts, so that interpreted and compiled code give the same bits, which the
 * Vector API's own exp does not promise.
 */
final class Exponential {

    // Beyond these the result would be 0 or infinite; the scores and sums here never need either.
    private static final float MIN = -87;
    private static final float MAX = 88;
    private static final float LOG2_E = 1.44269504f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;

    /** Adding this puts a small number's nearest whole number into the low bits. */
    private static final float ROUND = 12_582_912f;

    private static final int EXPONENT_BIAS = 127;
    private static final int MANTISSA_BITS = 23;

    private Exponential() {}

    /** eˣ of each lane; x is held within −87 and 88. */
    static FloatVector of(FloatVector x) {
        FloatVector held = x.max(MIN).min(MAX);
        FloatVector shifted = held.fma(FloatVector.broadcast(Lanes.FLOAT, LOG2_E), constant(ROUND));
        FloatVector n = shifted.sub(ROUND);
        FloatVector r = n.fma(constant(-LN2_HIGH), held);
        r = n.fma(constant(-LN2_LOW), r);
        FloatVector p = constant(1.9875691500e-4f);
        p = p.fma(r, constant(1.3981999507e-3f));
        p = p.fma(r, constant(8.3334519073e-3f));
        p = p.fma(r, constant(4.1665795894e-2f));
        p = p.fma(r, constant(1.6666665459e-1f));
        p = p.fma(r, constant(5.0000001201e-1f));
        p = p.fma(r.mul(r), r.add(1));
        IntVector power = shifted.reinterpretAsInts()
                .sub(Float.floatToRawIntBits(ROUND))
                .add(EXPONENT_BIAS)
                .lanewise(VectorOperators.LSHL, MANTISSA_BITS);
        return p.mul(power.reinterpretAsFloats());
    }

    private static FloatVector constant(float value) {
        return FloatVector.broadcast(Lanes.FLOAT, value);
    }

    /** {@code y[i] = e^(x[i] − shift)}, and their sum in a fixed order; x may be y. */
    static float shifted(float[] x, float shift, float[] y, int count) {
        FloatVector sums = FloatVector.zero(Lanes.FLOAT);
        int i = 0;
        for (; i < Lanes.FLOAT.loopBound(count); i += Lanes.COUNT) {
            FloatVector e = of(FloatVector.fromArray(Lanes.FLOAT, x, i).sub(shift));
            e.intoArray(y, i);
            sums = sums.add(e);
        }
        if (i < count) {
            VectorMask<Float> rest = Lanes.FLOAT.indexInRange(i, count);
            FloatVector e = of(FloatVector.fromArray(Lanes.FLOAT, x, i, rest).sub(shift));
            e.intoArray(y, i, rest);
            sums = sums.add(e, rest);
        }
        return Lanes.sum(sums);
    }
}
