package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.program.Operation.Position;

/** Each position's gradient goes to its row of the table; every window begins at position 0. */
record PositionDerivative(Position in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        float[] table = batch.values(in.table()); // [c, d]
        float[] y = batch.values(in.result()); // [T, d]
        int window = batch.length() * batch.program().tensor(in.result()).columns();
        for (int at = 0; at < batch.elements(in.result()); at += window) {
            System.arraycopy(table, 0, y, at, window);
        }
    }

    @Override
    public void backward(Batch batch) {
        float[] dy = batch.gradient(in.result());
        float[] dTable = Sums.begun(batch, in.table());
        int window = batch.length() * batch.program().tensor(in.result()).columns();
        for (int at = 0; at < batch.elements(in.result()); at += window) {
            for (int i = 0; i < window; i++) {
                dTable[i] += dy[at + i];
            }
        }
    }
}
