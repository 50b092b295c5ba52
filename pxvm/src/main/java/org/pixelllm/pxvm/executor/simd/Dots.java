package org.pixelllm.pxvm.executor.simd;

import jdk.incubator.vector.FloatVector;

/** Sums over short runs of arrays, each in one fixed order. */
final class Dots {

    private Dots() {}

    /** @param lanes receives what the lanes sum up to: a vector of sums given to a method can become an object // [lanes] */
    static float dot(float[] a, int aAt, float[] b, int bAt, int count, float[] lanes) {
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

    /** {@code y += factor · x} */
    static void add(float factor, float[] x, int xAt, float[] y, int yAt, int count) {
        int whole = Lanes.FLOAT.loopBound(count);
        FloatVector f = FloatVector.broadcast(Lanes.FLOAT, factor);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            FloatVector.fromArray(Lanes.FLOAT, x, xAt + i)
                    .fma(f, FloatVector.fromArray(Lanes.FLOAT, y, yAt + i))
                    .intoArray(y, yAt + i);
        }
        for (int i = whole; i < count; i++) {
            y[yAt + i] = Math.fma(x[xAt + i], factor, y[yAt + i]);
        }
    }
}
