package org.pixelllm.pxvm.executor;

/**
 * Arithmetic in plain loops, for a Java without the Vector API, or where the same bits are wanted on every machine: nothing
 * here rounds differently from one processor to another.
 */
public final class PlainArithmetic implements Arithmetic {

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
    public String description() {
        return "plain Java";
    }
}
