package org.pixelllm.pxvm.executor.simd.vector;

/**
 * Functions of one float in the arithmetic {@code simd-2}: additions, products, divisions and shifts in one order, so that
 * a plain loop, a vector of any length, the interpreter and compiled code give the same bits. The Vector API's own
 * functions, and {@code Math}'s, promise no bits.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // The constants are written as Cephes has them.
public final class FloatMath {

    /** Below this eˣ is not needed: the scores and sums here are the same with what it is here. */
    public static final float LEAST_EXPONENT = -87;

    /** Above this eˣ would be infinite. */
    public static final float GREATEST_EXPONENT = 88;

    /** 1 / ln 2. */
    public static final float LOG2_E = 1.44269504f;

    /** −ln 2, the part whose products with small whole numbers are exact. */
    public static final float MINUS_LN2_HIGH = -0.693359375f;

    /** −ln 2, the rest. */
    public static final float MINUS_LN2_LOW = 2.12194440e-4f;

    /** Adding this puts a small number's nearest whole number into the low bits. */
    public static final float ROUNDING = 12_582_912f;

    /** What turns the bits of a whole number plus {@link #ROUNDING} into the number and the exponent's bias. */
    public static final int BIAS = 127 - Float.floatToRawIntBits(ROUNDING);

    /** Bits of a float after its exponent. */
    public static final int MANTISSA_BITS = 23;

    /** eʳ = 1 + r + r²·p(r) near 0: the factors of p, the highest power first. */
    public static final float E0 = 1.9875691500e-4f;

    /** The second factor. */
    public static final float E1 = 1.3981999507e-3f;

    /** The third. */
    public static final float E2 = 8.3334519073e-3f;

    /** The fourth. */
    public static final float E3 = 4.1665795894e-2f;

    /** The fifth. */
    public static final float E4 = 1.6666665459e-1f;

    /** The last. */
    public static final float E5 = 5.0000001201e-1f;

    /** Nearer to 0 than this, tanh is a polynomial: what it is further out would lose digits. */
    public static final float TANH_SMALL = 0.625f;

    /** tanh z = z + z³·p(z²) near 0: the factors of p, the highest power first. */
    public static final float T0 = -5.70498872745e-3f;

    /** The second factor. */
    public static final float T1 = 2.06390887954e-2f;

    /** The third. */
    public static final float T2 = -5.37397155531e-2f;

    /** The fourth. */
    public static final float T3 = 1.33314422036e-1f;

    /** The last. */
    public static final float T4 = -3.33332819422e-1f;

    /** What GELU's approximation multiplies its cubic with: twice √(2/π). */
    public static final float GELU_FACTOR = 1.5957691216f;

    /** The cube's share in that cubic. */
    public static final float GELU_CUBIC = 0.044715f;

    private FloatMath() {}

    /**
     * eˣ to about one unit in the last place; x is held within {@link #LEAST_EXPONENT} and {@link #GREATEST_EXPONENT}. It is
     * split into n·ln 2 + r, and eʳ is a polynomial (Cephes, Moshier).
     */
    public static float exponential(float x) {
        float held = Math.min(Math.max(x, LEAST_EXPONENT), GREATEST_EXPONENT);
        float shifted = Math.fma(held, LOG2_E, ROUNDING);
        float n = shifted - ROUNDING;
        float r = Math.fma(n, MINUS_LN2_LOW, Math.fma(n, MINUS_LN2_HIGH, held));
        float p = Math.fma(E0, r, E1);
        p = Math.fma(p, r, E2);
        p = Math.fma(p, r, E3);
        p = Math.fma(p, r, E4);
        p = Math.fma(p, r, E5);
        p = Math.fma(p, r * r, r + 1);
        return p * Float.intBitsToFloat((Float.floatToRawIntBits(shifted) + BIAS) << MANTISSA_BITS);
    }

    /** The hyperbolic tangent: a polynomial near 0 (Cephes), {@code 1 − 2 / (e²ᶻ + 1)} further out. */
    public static float tanh(float z) {
        if (Math.abs(z) < TANH_SMALL) {
            float square = z * z;
            float p = Math.fma(T0, square, T1);
            p = Math.fma(p, square, T2);
            p = Math.fma(p, square, T3);
            p = Math.fma(p, square, T4);
            return Math.fma(p * square, z, z);
        }
        return 1 - 2 / (exponential(z + z) + 1);
    }

    /** {@code 1 / (1 + e⁻ˣ)} */
    public static float sigmoid(float x) {
        return 1 / (exponential(-x) + 1);
    }

    /** {@code x / (1 + e⁻ˣ)} */
    public static float silu(float x) {
        return x / (exponential(-x) + 1);
    }

    /** GELU's approximation by tanh, which is {@code x / (1 + e⁻ᵘ)} with {@code u = √(8/π)·(x + 0.044715·x³)}. */
    public static float geluTanh(float x) {
        float u = GELU_FACTOR * Math.fma(GELU_CUBIC * x, x * x, x);
        return x / (exponential(-u) + 1);
    }
}
