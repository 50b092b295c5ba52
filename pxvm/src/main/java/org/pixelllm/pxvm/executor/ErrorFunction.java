package org.pixelllm.pxvm.executor;

/** erf, which Java's library lacks. */
public final class ErrorFunction {

    private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);
    private static final double SERIES_END = 3;
    private static final int FRACTION_TERMS = 60;

    private ErrorFunction() {}

    /**
     * The error function to about 1e-15: its Taylor series near 0, the continued fraction of erfc further out
     * (Abramowitz and Stegun, 7.1.5 and 7.1.14).
     */
    public static double erf(double x) {
        double a = Math.abs(x);
        if (a < SERIES_END) {
            double term = x;
            double sum = x;
            for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }
            return TWO_OVER_ROOT_PI * sum;
        }
        double fraction = 0;
        for (int n = FRACTION_TERMS; n > 0; n--) {
            fraction = n / 2.0 / (a + fraction);
        }
        double erfc = StrictMath.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction);
        return Math.copySign(1 - erfc, x);
    }
}
