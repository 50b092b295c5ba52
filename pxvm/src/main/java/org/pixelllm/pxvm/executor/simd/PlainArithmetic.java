package org.pixelllm.pxvm.executor.simd;

import java.util.Arrays;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.simd.vector.FloatMath;

/** Arithmetic in plain loops, for a Java without the Vector API, or for work that is not worth that one's start. */
public final class PlainArithmetic implements Arithmetic {

    /** Rows that are mixed at once. */
    private static final int ABREAST = 4;

    private final float[] lanes = new float[LANES];
    private float[] mixed = {};
    private float[][] copies = {};

    @Override
    public void pack(int k, int n, Matrix b, Panels to) {
        float[] values = to.resize(k, n, k * n);
        for (int p = 0; p < k; p++) {
            for (int j = 0; j < n; j++) {
                values[p * n + j] = b.values()[b.offset() + p * b.rowStep() + j * b.columnStep()];
            }
        }
    }

    @Override
    public void multiply(int m, int n, int k, Matrix a, Panels b, Matrix c, boolean add) {
        float[] y = c.values();
        for (int i = 0; i < m; i++) {
            int row = c.offset() + i * c.rowStep();
            if (!add) {
                Arrays.fill(y, row, row + n, 0);
            }
            for (int p = 0; p < k; p++) {
                float left = a.values()[a.offset() + i * a.rowStep() + p * a.columnStep()];
                multiply(left, b.values(), p * b.columns(), y, row, n);
            }
        }
    }

    /** {@code y += factor · x} */
    private static void multiply(float factor, float[] x, int from, float[] y, int at, int count) {
        for (int i = 0; i < count; i++) {
            y[at + i] = Math.fma(factor, x[from + i], y[at + i]);
        }
    }

    @Override
    public float dot(float[] a, int aAt, float[] b, int bAt, int count) {
        return count % LANES == 0 ? wholeDot(a, aAt, b, bAt, count) : unevenDot(a, aAt, b, bAt, count);
    }

    /** Of whole runs of 16: the lanes are locals, which the compiler keeps in registers. */
    private static float wholeDot(float[] a, int aAt, float[] b, int bAt, int count) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        float s8 = 0;
        float s9 = 0;
        float s10 = 0;
        float s11 = 0;
        float s12 = 0;
        float s13 = 0;
        float s14 = 0;
        float s15 = 0;
        int q = bAt;
        for (int p = aAt; p < aAt + count; p += LANES, q += LANES) {
            s0 = Math.fma(a[p], b[q], s0);
            s1 = Math.fma(a[p + 1], b[q + 1], s1);
            s2 = Math.fma(a[p + 2], b[q + 2], s2);
            s3 = Math.fma(a[p + 3], b[q + 3], s3);
            s4 = Math.fma(a[p + 4], b[q + 4], s4);
            s5 = Math.fma(a[p + 5], b[q + 5], s5);
            s6 = Math.fma(a[p + 6], b[q + 6], s6);
            s7 = Math.fma(a[p + 7], b[q + 7], s7);
            s8 = Math.fma(a[p + 8], b[q + 8], s8);
            s9 = Math.fma(a[p + 9], b[q + 9], s9);
            s10 = Math.fma(a[p + 10], b[q + 10], s10);
            s11 = Math.fma(a[p + 11], b[q + 11], s11);
            s12 = Math.fma(a[p + 12], b[q + 12], s12);
            s13 = Math.fma(a[p + 13], b[q + 13], s13);
            s14 = Math.fma(a[p + 14], b[q + 14], s14);
            s15 = Math.fma(a[p + 15], b[q + 15], s15);
        }
        float t0 = s0 + s8 + (s4 + s12);
        float t1 = s1 + s9 + (s5 + s13);
        float t2 = s2 + s10 + (s6 + s14);
        float t3 = s3 + s11 + (s7 + s15);
        return t0 + t2 + (t1 + t3);
    }

    private float unevenDot(float[] a, int aAt, float[] b, int bAt, int count) {
        Arrays.fill(lanes, 0);
        int whole = count / LANES * LANES;
        for (int i = 0; i < whole; i += LANES) {
            for (int j = 0; j < LANES; j++) {
                lanes[j] = Math.fma(a[aAt + i + j], b[bAt + i + j], lanes[j]);
            }
        }
        for (int j = 0; j < LANES; j++) {
            int i = whole + j;
            lanes[j] = i < count ? Math.fma(a[aAt + i], b[bAt + i], lanes[j]) : lanes[j] + 0; // −0 becomes 0
        }
        return Arithmetic.fold(lanes);
    }

    @Override
    public float sum(float[] x, int at, int count) {
        Arrays.fill(lanes, 0);
        for (int i = 0; i < count; i += LANES) {
            int here = Math.min(LANES, count - i);
            for (int j = 0; j < here; j++) {
                lanes[j] += x[at + i + j];
            }
        }
        return Arithmetic.fold(lanes);
    }

    @Override
    public void dots(float[] a, int aAt, float[] b, int bAt, int step, int rows, int count, float[] to) {
        for (int r = 0; r < rows; r++) {
            to[r] = dot(a, aAt, b, bAt + r * step, count);
        }
    }

    @Override
    public void mix(
            float[] weights, int first, int rows, float[] values, int from, int step, int columns, float[] y, int at) {
        if (mixed.length < columns) {
            mixed = new float[columns];
            copies = new float[ABREAST][columns];
        }
        System.arraycopy(y, at, mixed, 0, columns);
        int r = 0;
        for (; r <= rows - ABREAST; r += ABREAST) {
            for (int i = 0; i < ABREAST; i++) {
                System.arraycopy(values, from + (r + i) * step, copies[i], 0, columns);
            }
            add(
                    copies[0],
                    weights[first + r],
                    copies[1],
                    weights[first + r + 1],
                    copies[2],
                    weights[first + r + 2],
                    copies[3],
                    weights[first + r + 3],
                    mixed,
                    columns);
        }
        for (; r < rows; r++) {
            multiply(weights[first + r], values, from + r * step, mixed, 0, columns);
        }
        System.arraycopy(mixed, 0, y, at, columns);
    }

    /** One index goes through all arrays: so the compiler makes vectors of it. */
    private static void add(
            float[] a, float u, float[] b, float v, float[] c, float w, float[] d, float x, float[] sums, int count) {
        for (int i = 0; i < count; i++) {
            float first = Math.fma(v, b[i], Math.fma(u, a[i], sums[i]));
            sums[i] = Math.fma(x, d[i], Math.fma(w, c[i], first));
        }
    }

    @Override
    public float max(float[] x, int at, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = at; i < at + count; i++) {
            max = Math.max(max, x[i]);
        }
        return max;
    }

    @Override
    public float exponentials(float[] x, int at, int count, float shift) {
        for (int i = at; i < at + count; i++) {
            x[i] = FloatMath.exponential(x[i] - shift);
        }
        return sum(x, at, count);
    }

    @Override
    public void sigmoid(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = FloatMath.sigmoid(x[i]);
        }
    }

    @Override
    public void silu(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = FloatMath.silu(x[i]);
        }
    }

    @Override
    public void geluTanh(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = FloatMath.geluTanh(x[i]);
        }
    }

    @Override
    public void softcap(float[] x, float[] y, int count, float cap) {
        for (int i = 0; i < count; i++) {
            y[i] = cap * FloatMath.tanh(x[i] / cap);
        }
    }

    @Override
    public String name() {
        return SIMD;
    }

    @Override
    public String description() {
        return "scalar form";
    }
}
