package org.pixelllm.pxvm.executor.simd.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * eˣ in vectors, to about one unit in the last place: x is split into n·ln 2 + r, and eʳ is a polynomial (Cephes,
 * Moshier). Only additions, products and shifts, so that interpreted and compiled code give the same bits, which the
 * Vector API's own exp does not promise.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // The constants are written as Cephes has them.
public final class Exponential {

    private static final float ROUND = 12_582_912f;

    // Kept as vectors: made where they are used, some became objects, each time.
    // Beyond these bounds the result would be 0 or infinite; the scores and sums here never need either.
    private static final FloatVector MIN = constant(-87);
    private static final FloatVector MAX = constant(88);
    private static final FloatVector LOG2_E = constant(1.44269504f);
    private static final FloatVector MINUS_LN2_HIGH = constant(-0.693359375f);
    private static final FloatVector MINUS_LN2_LOW = constant(2.12194440e-4f);

    /** Adding this puts a small number's nearest whole number into the low bits. */
    private static final FloatVector ROUNDING = constant(ROUND);

    private static final FloatVector ONE = constant(1);
    private static final FloatVector P0 = constant(1.9875691500e-4f);
    private static final FloatVector P1 = constant(1.3981999507e-3f);
    private static final FloatVector P2 = constant(8.3334519073e-3f);
    private static final FloatVector P3 = constant(4.1665795894e-2f);
    private static final FloatVector P4 = constant(1.6666665459e-1f);
    private static final FloatVector P5 = constant(5.0000001201e-1f);

    private static final int EXPONENT_BIAS = 127;
    private static final int MANTISSA_BITS = 23;

    /** What turns the bits of a whole number plus {@link #ROUNDING} into the number and the exponent's bias. */
    private static final IntVector BIAS =
            IntVector.broadcast(Lanes.INT, EXPONENT_BIAS - Float.floatToRawIntBits(ROUND));

    private Exponential() {}

    private static FloatVector constant(float value) {
        return FloatVector.broadcast(Lanes.FLOAT, value);
    }

    /** eˣ of each lane; x is held within −87 and 88. */
    public static FloatVector of(FloatVector x) {
        FloatVector held = x.max(MIN).min(MAX);
        FloatVector shifted = held.fma(LOG2_E, ROUNDING);
        FloatVector n = shifted.sub(ROUNDING);
        FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, held));
        FloatVector p = P0.fma(r, P1);
        p = p.fma(r, P2);
        p = p.fma(r, P3);
        p = p.fma(r, P4);
        p = p.fma(r, P5);
        p = p.fma(r.mul(r), r.add(ONE));
        IntVector power = shifted.reinterpretAsInts().add(BIAS).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
        return p.mul(power.reinterpretAsFloats());
    }

    /**
     * {@code x[i] = e^(x[i] − shift)}. There is one call of {@link #of} for the incomplete vector, too: with two, the
     * compiler no longer takes all of their code in, and makes every vector an object.
     *
     * @param shift the greatest of the values
     * @param x of whole vectors; what follows the first {@code count} is lost
     * @param sums receives a vector whose lanes' sum is that of all; what fills up the last vector adds less than that
     *     can hold
     */
    public static void shifted(float[] x, float shift, int count, float[] sums) {
        int padded = Math.ceilDiv(count, Lanes.COUNT) * Lanes.COUNT;
        Arrays.fill(x, count, padded, Float.NEGATIVE_INFINITY);
        FloatVector sum = FloatVector.zero(Lanes.FLOAT);
        for (int i = 0; i < padded; i += Lanes.COUNT) {
            FloatVector e = of(FloatVector.fromArray(Lanes.FLOAT, x, i).sub(shift));
            e.intoArray(x, i);
            sum = sum.add(e);
        }
        sum.intoArray(sums, 0);
    }
}
