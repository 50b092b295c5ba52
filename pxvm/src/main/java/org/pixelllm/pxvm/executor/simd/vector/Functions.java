package org.pixelllm.pxvm.executor.simd.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The functions of {@link FloatMath} in vectors, operation for operation: the same bits. */
public final class Functions {

    // Kept as vectors: made where they are used, some became objects, each time.
    private static final FloatVector LEAST = constant(FloatMath.LEAST_EXPONENT);
    private static final FloatVector GREATEST = constant(FloatMath.GREATEST_EXPONENT);
    private static final FloatVector LOG2_E = constant(FloatMath.LOG2_E);
    private static final FloatVector MINUS_LN2_HIGH = constant(FloatMath.MINUS_LN2_HIGH);
    private static final FloatVector MINUS_LN2_LOW = constant(FloatMath.MINUS_LN2_LOW);
    private static final FloatVector ROUNDING = constant(FloatMath.ROUNDING);
    private static final FloatVector ONE = constant(1);
    private static final FloatVector E0 = constant(FloatMath.E0);
    private static final FloatVector E1 = constant(FloatMath.E1);
    private static final FloatVector E2 = constant(FloatMath.E2);
    private static final FloatVector E3 = constant(FloatMath.E3);
    private static final FloatVector E4 = constant(FloatMath.E4);
    private static final FloatVector E5 = constant(FloatMath.E5);
    private static final IntVector BIAS = IntVector.broadcast(Lanes.INT, FloatMath.BIAS);
    private static final FloatVector TWO = constant(2);
    private static final FloatVector TANH_SMALL = constant(FloatMath.TANH_SMALL);
    private static final FloatVector T0 = constant(FloatMath.T0);
    private static final FloatVector T1 = constant(FloatMath.T1);
    private static final FloatVector T2 = constant(FloatMath.T2);
    private static final FloatVector T3 = constant(FloatMath.T3);
    private static final FloatVector T4 = constant(FloatMath.T4);
    private static final FloatVector GELU_FACTOR = constant(FloatMath.GELU_FACTOR);
    private static final FloatVector GELU_CUBIC = constant(FloatMath.GELU_CUBIC);

    private Functions() {}

    private static FloatVector constant(float value) {
        return FloatVector.broadcast(Lanes.FLOAT, value);
    }

    /** eˣ of each lane. */
    public static FloatVector exponential(FloatVector x) {
        FloatVector held = x.max(LEAST).min(GREATEST);
        FloatVector shifted = held.fma(LOG2_E, ROUNDING);
        FloatVector n = shifted.sub(ROUNDING);
        FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, held));
        FloatVector p = E0.fma(r, E1);
        p = p.fma(r, E2);
        p = p.fma(r, E3);
        p = p.fma(r, E4);
        p = p.fma(r, E5);
        p = p.fma(r.mul(r), r.add(ONE));
        IntVector power = shifted.reinterpretAsInts().add(BIAS).lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS);
        return p.mul(power.reinterpretAsFloats());
    }

    /** The hyperbolic tangent of each lane. */
    public static FloatVector tanh(FloatVector z) {
        FloatVector square = z.mul(z);
        FloatVector p = T0.fma(square, T1);
        p = p.fma(square, T2);
        p = p.fma(square, T3);
        p = p.fma(square, T4);
        FloatVector small = p.mul(square).fma(z, z);
        FloatVector large = ONE.sub(TWO.div(exponential(z.add(z)).add(ONE)));
        return large.blend(small, z.abs().lt(TANH_SMALL));
    }

    /** {@code 1 / (1 + e⁻ˣ)} */
    public static FloatVector sigmoid(FloatVector x) {
        return ONE.div(exponential(x.neg()).add(ONE));
    }

    /** {@code x / (1 + e⁻ˣ)} */
    public static FloatVector silu(FloatVector x) {
        return x.div(exponential(x.neg()).add(ONE));
    }

    /** GELU's approximation by tanh. */
    public static FloatVector geluTanh(FloatVector x) {
        FloatVector u = GELU_FACTOR.mul(GELU_CUBIC.mul(x).fma(x.mul(x), x));
        return x.div(exponential(u.neg()).add(ONE));
    }
}
