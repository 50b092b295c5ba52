package org.pixelllm.forge.train.curve;

import java.util.Locale;

/** Where an axis has its marks: at multiples of 1, 2 or 5 times a power of ten. */
final class AxisTicks {

    private AxisTicks() {}

    /** The distance of marks, so that there are at most {@code count} of them in a range. */
    static double distance(double range, int count) {
        double power = StrictMath.pow(10, Math.floor(StrictMath.log10(range / count)));
        for (int factor : new int[] {1, 2, 5}) {
            if (range / (factor * power) <= count) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    /** A mark's number with as many digits as its distance from the next needs. */
    static String word(double value, double distance) {
        int decimals = Math.max(0, (int) -Math.floor(StrictMath.log10(distance) + 1e-9));
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
