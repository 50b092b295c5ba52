package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.program.Operation.Embed;

/** Each token's gradient goes to its row of the table. */
record EmbedDerivative(Embed in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        float[] table = batch.values(in.table()); // [v, d]
        float[] y = batch.values(in.result()); // [T, d]
        int d = batch.program().tensor(in.result()).columns();
        for (int t = 0; t < batch.tokens(); t++) {
            System.arraycopy(table, batch.ids()[t] * d, y, t * d, d);
        }
    }

    @Override
    public void backward(Batch batch) {
        float[] dy = batch.gradient(in.result());
        float[] dTable = Sums.begun(batch, in.table());
        int d = batch.program().tensor(in.result()).columns();
        for (int t = 0; t < batch.tokens(); t++) {
            int row = batch.ids()[t] * d;
            for (int i = 0; i < d; i++) {
                dTable[row + i] += dy[t * d + i];
            }
        }
    }
}
