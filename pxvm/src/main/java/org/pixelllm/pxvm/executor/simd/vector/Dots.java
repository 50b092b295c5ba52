package org.pixelllm.pxvm.executor.simd.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.pixelllm.pxvm.executor.Arithmetic;

/**
 * Sums over runs of floats in {@link Arithmetic#LANES} lanes, whatever the vectors' length: as many vectors of sums as these
 * lanes fill are carried on side by side. The vectors that a longer one makes needless are constants that the compiler
 * leaves out. Not safe for use by several threads at once.
 */
public final class Dots {

    /** Dot products that are added up at once. */
    private static final int TOGETHER = 16;

    private static final boolean TWO = Lanes.COUNT <= Arithmetic.LANES / 2;
    private static final boolean FOUR = Lanes.COUNT <= Arithmetic.LANES / 4;

    private final float[] lanes = new float[Arithmetic.LANES];
    private final float[] vectors = new float[TOGETHER * Lanes.COUNT];
    private int masked = -1; // elements of the runs that the masks are for
    private VectorMask<Float> first = mask(0, 0);
    private VectorMask<Float> second = first;
    private VectorMask<Float> third = first;
    private VectorMask<Float> fourth = first;

    private static VectorMask<Float> mask(int from, int count) {
        return Lanes.FLOAT.indexInRange(Math.min(from, count), count);
    }

    /** {@code Σ a[i] · b[i]} */
    public float dot(float[] a, int aAt, float[] b, int bAt, int count) {
        int whole = count / Arithmetic.LANES * Arithmetic.LANES;
        multiply(a, aAt, b, bAt, whole, lanes);
        if (whole < count) {
            for (int j = 0; j < Arithmetic.LANES; j++) {
                int i = whole + j;
                lanes[j] = i < count ? Math.fma(a[aAt + i], b[bAt + i], lanes[j]) : lanes[j] + 0;
            }
        }
        return Arithmetic.fold(lanes);
    }

    // Through an array: handed to a method that is not taken in, a vector would become an object.

    private static void multiply(float[] x, int xAt, float[] y, int yAt, int whole, float[] lanes) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int i = 0, p = xAt, q = yAt;
                i < whole;
                i += Arithmetic.LANES, p += Arithmetic.LANES, q += Arithmetic.LANES) {
            a = FloatVector.fromArray(Lanes.FLOAT, x, p).fma(FloatVector.fromArray(Lanes.FLOAT, y, q), a);
            if (TWO) {
                b = FloatVector.fromArray(Lanes.FLOAT, x, p + Lanes.COUNT)
                        .fma(FloatVector.fromArray(Lanes.FLOAT, y, q + Lanes.COUNT), b);
            }
            if (FOUR) {
                c = FloatVector.fromArray(Lanes.FLOAT, x, p + 2 * Lanes.COUNT)
                        .fma(FloatVector.fromArray(Lanes.FLOAT, y, q + 2 * Lanes.COUNT), c);
                d = FloatVector.fromArray(Lanes.FLOAT, x, p + 3 * Lanes.COUNT)
                        .fma(FloatVector.fromArray(Lanes.FLOAT, y, q + 3 * Lanes.COUNT), d);
            }
        }
        a.intoArray(lanes, 0);
        if (TWO) {
            b.intoArray(lanes, Lanes.COUNT);
        }
        if (FOUR) {
            c.intoArray(lanes, 2 * Lanes.COUNT);
            d.intoArray(lanes, 3 * Lanes.COUNT);
        }
    }

    /** {@code Σ x[i]} */
    public float sum(float[] x, int at, int count) {
        int whole = count / Arithmetic.LANES * Arithmetic.LANES;
        add(x, at, whole, lanes);
        for (int i = whole; i < count; i++) {
            lanes[i - whole] += x[at + i];
        }
        return Arithmetic.fold(lanes);
    }

    private static void add(float[] x, int at, int whole, float[] lanes) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int i = 0, p = at; i < whole; i += Arithmetic.LANES, p += Arithmetic.LANES) {
            a = a.add(FloatVector.fromArray(Lanes.FLOAT, x, p));
            if (TWO) {
                b = b.add(FloatVector.fromArray(Lanes.FLOAT, x, p + Lanes.COUNT));
            }
            if (FOUR) {
                c = c.add(FloatVector.fromArray(Lanes.FLOAT, x, p + 2 * Lanes.COUNT));
                d = d.add(FloatVector.fromArray(Lanes.FLOAT, x, p + 3 * Lanes.COUNT));
            }
        }
        a.intoArray(lanes, 0);
        if (TWO) {
            b.intoArray(lanes, Lanes.COUNT);
        }
        if (FOUR) {
            c.intoArray(lanes, 2 * Lanes.COUNT);
            d.intoArray(lanes, 3 * Lanes.COUNT);
        }
    }

    /** {@code to[r] = Σ a[i] · b[r · step + i]}: the lanes of several products are added up together. */
    public void dots(float[] a, int aAt, float[] b, int bAt, int step, int rows, int count, float[] to) {
        int whole = count / Arithmetic.LANES * Arithmetic.LANES;
        if (whole < count && masked != count) {
            masked = count;
            first = mask(whole, count);
            second = mask(whole + Lanes.COUNT, count);
            third = mask(whole + 2 * Lanes.COUNT, count);
            fourth = mask(whole + 3 * Lanes.COUNT, count);
        }
        for (int r = 0; r < rows; r += TOGETHER) {
            int some = Math.min(TOGETHER, rows - r);
            for (int i = 0; i < some; i++) {
                int at = bAt + (r + i) * step;
                if (whole == count) {
                    folded(a, aAt, b, at, whole, vectors, i * Lanes.COUNT);
                } else {
                    folded(a, aAt, b, at, whole, first, second, third, fourth, vectors, i * Lanes.COUNT);
                }
            }
            Lanes.sums(vectors, 0, some, to, r);
        }
    }

    /** A dot product as one vector, whose lanes' sum, by halves, it is. */
    private static void folded(float[] x, int xAt, float[] y, int yAt, int whole, float[] to, int at) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int i = 0, p = xAt, q = yAt;
                i < whole;
                i += Arithmetic.LANES, p += Arithmetic.LANES, q += Arithmetic.LANES) {
            a = FloatVector.fromArray(Lanes.FLOAT, x, p).fma(FloatVector.fromArray(Lanes.FLOAT, y, q), a);
            if (TWO) {
                b = FloatVector.fromArray(Lanes.FLOAT, x, p + Lanes.COUNT)
                        .fma(FloatVector.fromArray(Lanes.FLOAT, y, q + Lanes.COUNT), b);
            }
            if (FOUR) {
                c = FloatVector.fromArray(Lanes.FLOAT, x, p + 2 * Lanes.COUNT)
                        .fma(FloatVector.fromArray(Lanes.FLOAT, y, q + 2 * Lanes.COUNT), c);
                d = FloatVector.fromArray(Lanes.FLOAT, x, p + 3 * Lanes.COUNT)
                        .fma(FloatVector.fromArray(Lanes.FLOAT, y, q + 3 * Lanes.COUNT), d);
            }
        }
        if (FOUR) {
            a = a.add(c);
            b = b.add(d);
        }
        if (TWO) {
            a = a.add(b);
        }
        a.intoArray(to, at);
    }

    /** The same with an incomplete rest; the masks are for its vectors. */
    private static void folded(
            float[] x,
            int xAt,
            float[] y,
            int yAt,
            int whole,
            VectorMask<Float> first,
            VectorMask<Float> second,
            VectorMask<Float> third,
            VectorMask<Float> fourth,
            float[] to,
            int at) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        int p = xAt;
        int q = yAt;
        for (int i = 0; i < whole; i += Arithmetic.LANES, p += Arithmetic.LANES, q += Arithmetic.LANES) {
            a = FloatVector.fromArray(Lanes.FLOAT, x, p).fma(FloatVector.fromArray(Lanes.FLOAT, y, q), a);
            if (TWO) {
                b = FloatVector.fromArray(Lanes.FLOAT, x, p + Lanes.COUNT)
                        .fma(FloatVector.fromArray(Lanes.FLOAT, y, q + Lanes.COUNT), b);
            }
            if (FOUR) {
                c = FloatVector.fromArray(Lanes.FLOAT, x, p + 2 * Lanes.COUNT)
                        .fma(FloatVector.fromArray(Lanes.FLOAT, y, q + 2 * Lanes.COUNT), c);
                d = FloatVector.fromArray(Lanes.FLOAT, x, p + 3 * Lanes.COUNT)
                        .fma(FloatVector.fromArray(Lanes.FLOAT, y, q + 3 * Lanes.COUNT), d);
            }
        }
        a = FloatVector.fromArray(Lanes.FLOAT, x, p, first)
                .fma(FloatVector.fromArray(Lanes.FLOAT, y, q, first), a);
        if (TWO) {
            b = FloatVector.fromArray(Lanes.FLOAT, x, p + Lanes.COUNT, second)
                    .fma(FloatVector.fromArray(Lanes.FLOAT, y, q + Lanes.COUNT, second), b);
        }
        if (FOUR) {
            c = FloatVector.fromArray(Lanes.FLOAT, x, p + 2 * Lanes.COUNT, third)
                    .fma(FloatVector.fromArray(Lanes.FLOAT, y, q + 2 * Lanes.COUNT, third), c);
            d = FloatVector.fromArray(Lanes.FLOAT, x, p + 3 * Lanes.COUNT, fourth)
                    .fma(FloatVector.fromArray(Lanes.FLOAT, y, q + 3 * Lanes.COUNT, fourth), d);
            a = a.add(c);
            b = b.add(d);
        }
        if (TWO) {
            a = a.add(b);
        }
        a.intoArray(to, at);
    }
}
