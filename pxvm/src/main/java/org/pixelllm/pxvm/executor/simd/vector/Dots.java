package org.pixelllm.pxvm.executor.simd.vector;

import jdk.incubator.vector.FloatVector;

/** The dot product of short runs of arrays, in one fixed order. */
public final class Dots {

    private Dots() {}

    /**
     * Multiplies.
     *
     * @param lanes receives what the lanes sum up to: a vector of sums given to a method can become an object // [lanes]
     */
    public static float dot(float[] a, int aAt, float[] b, int bAt, int count, float[] lanes) {
        int whole = Lanes.FLOAT.loopBound(count);
        FloatVector v = FloatVector.zero(Lanes.FLOAT);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            v = FloatVector.fromArray(Lanes.FLOAT, a, aAt + i).fma(FloatVector.fromArray(Lanes.FLOAT, b, bAt + i), v);
        }
        v.intoArray(lanes, 0);
        float sum = Lanes.fold(lanes);
        for (int i = whole; i < count; i++) {
            sum = Math.fma(a[aAt + i], b[bAt + i], sum);
        }
        return sum;
    }
}
