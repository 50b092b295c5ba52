package org.pixelllm.pxvm.executor.reference;

import org.pixelllm.pxvm.executor.Arithmetic;

/**
 * Training's arithmetic in reading order, sums of runs in double, functions from StrictMath: what the golden cartridge was
 * trained with. Slow.
 */
public final class ReferenceArithmetic implements Arithmetic {

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
            for (int j = 0; j < n && !add; j++) {
                y[row + j] = 0;
            }
            for (int p = 0; p < k; p++) {
                float left = a.values()[a.offset() + i * a.rowStep() + p * a.columnStep()];
                int right = p * b.columns();
                for (int j = 0; j < n; j++) {
                    y[row + j] += left * b.values()[right + j];
                }
            }
        }
    }

    @Override
    public float dot(float[] a, int aAt, float[] b, int bAt, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += (double) a[aAt + i] * b[bAt + i];
        }
        return (float) sum;
    }

    @Override
    public float sum(float[] x, int at, int count) {
        double sum = 0;
        for (int i = at; i < at + count; i++) {
            sum += x[i];
        }
        return (float) sum;
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
        for (int i = 0; i < columns; i++) {
            double sum = y[at + i];
            for (int r = 0; r < rows; r++) {
                sum += (double) weights[first + r] * values[from + r * step + i];
            }
            y[at + i] = (float) sum;
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
        double sum = 0;
        for (int i = at; i < at + count; i++) {
            x[i] = (float) StrictMath.exp(x[i] - shift);
            sum += x[i];
        }
        return (float) sum;
    }

    @Override
    public void sigmoid(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = (float) (1 / (1 + StrictMath.exp(-x[i])));
        }
    }

    @Override
    public void silu(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = (float) (x[i] / (1 + StrictMath.exp(-x[i])));
        }
    }

    @Override
    public void geluTanh(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i++) {
            double v = x[i];
            double inner = Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v);
            y[i] = (float) (v / 2 * (1 + StrictMath.tanh(inner)));
        }
    }

    @Override
    public void softcap(float[] x, float[] y, int count, float cap) {
        for (int i = 0; i < count; i++) {
            y[i] = (float) (cap * StrictMath.tanh(x[i] / (double) cap));
        }
    }

    @Override
    public String name() {
        return "plain Java";
    }

    @Override
    public String description() {
        return name();
    }
}
