package org.pixelllm.pxvm.executor;

/** Products in plain loops, for a Java without the Vector API. */
public final class PlainProducts implements Products {

    private final Workers workers;

    public PlainProducts(Workers workers) {
        this.workers = workers;
    }

    @Override
    public void multiply(int m, int n, int k, View a, View b, float[] c, boolean add) {
        workers.split(m, (from, to) -> {
            float[] row = new float[n];
            for (int i = from; i < to; i++) {
                for (int j = 0; j < n; j++) {
                    row[j] = add ? c[i * n + j] : 0;
                }
                for (int p = 0; p < k; p++) {
                    float left = a.values()[a.offset() + i * a.rowStep() + p * a.columnStep()];
                    int right = b.offset() + p * b.rowStep();
                    for (int j = 0; j < n; j++) {
                        row[j] += left * b.values()[right + j * b.columnStep()];
                    }
                }
                System.arraycopy(row, 0, c, i * n, n);
            }
        });
    }

    @Override
    public String description() {
        return "plain Java, " + workers.count() + " threads";
    }
}
