package org.pixelllm.pxvm.weights;

/**
 * The smallest and largest value of a tensor, where its type needs them.
 *
 * @param min the value of the smallest code
 * @param max the value of the largest code
 */
public record Range(float min, float max) {

    /** For types that need none. */
    public static final Range NONE = new Range(0, 0);

    /** The range that holds both. */
    public Range with(Range other) {
        return new Range(Math.min(min, other.min), Math.max(max, other.max));
    }

    /** The range of these values, all finite. */
    public static Range of(float[] values) {
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        return new Range(min, max);
    }
}
