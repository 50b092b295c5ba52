package org.pixelllm.pxvm.executor.simd;

import java.util.Arrays;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.simd.vector.FloatMath;

/** Arithmetic in plain loops, for a Java without the Vector API, or for work that is not worth that one's start. */
public final class PlainArithmetic implements Arithmetic {

    private final float[] lanes = new float[LANES];

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
        Arrays.fill(lanes, 0);
        int whole = count / LANES * LANES;
        for (int i = 0; i < whole; i += LANES) {
            for (int j = 0; j < LANES; j++) {
                lanes[j] = Math.fma(a[aAt + i + j], b[bAt + i + j], lanes[j]);
            }
        }
        for (int j = 0; j < LANES && whole < count; j++) {
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
            float[] weights,
            int rows,
            float[] values,
            int from,
            int step,
            int columns,
            float share,
            float[] y,
            int at) {
        Arrays.fill(y, at, at + columns, 0);
        for (int r = 0; r < rows; r++) {
            multiply(weights[r], values, from + r * step, y, at, columns);
        }
        for (int i = at; i < at + columns; i++) {
            y[i] *= share;
        }
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
